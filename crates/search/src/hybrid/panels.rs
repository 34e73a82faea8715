//! Dense matrices in panels of four rows. Their loops over four rows become vector code.

/// Elements of four rows.
pub(super) type Four = [f64; 4];

/// Four columns of four rows.
pub(super) type Block = [Four; 4];

/// A matrix in panels of four rows, each panel column by column. The numbers of rows and columns are rounded up to
/// multiples of four. The elements added are 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Panels {
    rows: usize,
    /// The number of columns in a panel.
    columns: usize,
    elements: Vec<Four>,
}

/// The lower triangle of a symmetric matrix in panels of four rows, each panel column by column up to its block on the
/// diagonal, which is whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Triangle(Vec<Four>);

impl Panels {
    /// Becomes the matrix of these elements, in the same memory.
    pub(super) fn fill(&mut self, rows: usize, columns: usize, element: impl Fn(usize, usize) -> f64) {
        let padded = 4 * columns.div_ceil(4);
        (self.rows, self.columns) = (rows, padded);
        self.elements.clear();
        self.elements.resize(rows.div_ceil(4) * padded, [0.0; 4]);
        for (p, panel) in self.elements.chunks_exact_mut(padded.max(1)).enumerate() {
            for (k, column) in panel.iter_mut().take(columns).enumerate() {
                for (row, of_row) in column.iter_mut().enumerate().take(rows - 4 * p) {
                    *of_row = element(4 * p + row, k);
                }
            }
        }
    }

    /// The number of rows without those added.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn element(&self, row: usize, column: usize) -> f64 {
        self.panel(row / 4)[column][row % 4]
    }

    /// The number of panels.
    pub(super) fn count(&self) -> usize {
        self.panels().len()
    }

    pub(super) fn panel(&self, p: usize) -> &[Four] {
        &self.elements[p * self.columns..(p + 1) * self.columns]
    }

    pub(super) fn panels(&self) -> std::slice::ChunksExact<'_, Four> {
        self.elements.chunks_exact(self.columns.max(1))
    }

    /// Returns the panels that a map makes of these, with as many columns.
    pub(super) fn map(&self, mut map: impl FnMut(&[Four], &mut Vec<Four>)) -> Self {
        let mut elements = Vec::with_capacity(self.elements.len());
        self.panels().for_each(|panel| map(panel, &mut elements));
        Panels { rows: self.rows, columns: self.columns, elements }
    }

    /// Returns the matrix with each column multiplied by its factor.
    pub(super) fn scaled(&self, factors: &[Four]) -> Self {
        self.map(|panel, scaled| {
            for (column, factor) in panel.iter().zip(factors.as_flattened()) {
                let mut column = *column;
                column.iter_mut().for_each(|element| *element *= factor);
                scaled.push(column);
            }
        })
    }

    /// Returns the matrix times a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<Four> {
        let of_panel = |panel: &[Four]| {
            let mut sums = [0.0; 4];
            for (column, factor) in panel.iter().zip(vector) {
                sums.iter_mut().zip(column).for_each(|(sum, element)| *sum += element * factor);
            }
            sums
        };
        self.panels().map(of_panel).collect()
    }

    /// Returns the transposed matrix times a vector.
    pub(super) fn transposed_times(&self, vector: &[Four]) -> Vec<Four> {
        let mut sums = vec![[0.0; 4]; self.columns / 4];
        for (panel, factors) in self.panels().zip(vector) {
            for (sum, column) in sums.as_flattened_mut().iter_mut().zip(panel) {
                *sum += dot(column, factors);
            }
        }
        sums
    }
}

impl Triangle {
    /// The triangle of this many panels, from its blocks: the block of panel i and column of blocks j ≤ i.
    pub(super) fn from_fn(panels: usize, block: impl Fn(usize, usize) -> Block) -> Self {
        let mut triangle = Triangle::default();
        triangle.fill(panels, block);
        triangle
    }

    /// Becomes the triangle of these blocks, in the same memory.
    pub(super) fn fill(&mut self, panels: usize, block: impl Fn(usize, usize) -> Block) {
        self.0.clear();
        self.0.reserve(start(panels));
        for i in 0..panels {
            (0..=i).for_each(|j| self.0.extend_from_slice(&block(i, j)));
        }
    }

    /// The panels of elements that are there already.
    pub(super) fn of(elements: Vec<Four>) -> Self {
        Triangle(elements)
    }

    pub(super) fn panel(&self, p: usize) -> &[Four] {
        &self.0[start(p)..start(p + 1)]
    }

    /// The element of a row and a column of the lower triangle.
    pub(super) fn element(&self, row: usize, column: usize) -> f64 {
        self.panel(row / 4)[column][row % 4]
    }
}

/// The number of columns in all panels of a triangle before this one: 4 (1 + 2 + … + panel).
pub(super) fn start(panel: usize) -> usize {
    2 * panel * (panel + 1)
}

/// Returns the block of these four columns.
#[inline]
pub(super) fn block(columns: &[Four]) -> Block {
    [columns[0], columns[1], columns[2], columns[3]]
}

/// Returns the product `A Bᵀ` of two panels.
#[inline]
pub(super) fn products(a: &[Four], b: &[Four]) -> Block {
    let mut sums = [[0.0; 4]; 4];
    for (a, b) in a.iter().zip(b) {
        for (column, b) in sums.iter_mut().zip(b) {
            column.iter_mut().zip(a).for_each(|(sum, a)| *sum += a * b);
        }
    }
    sums
}

/// Returns the scalar product.
#[inline]
pub(super) fn dot(a: &Four, b: &Four) -> f64 {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
}

#[cfg(test)]
mod tests;
