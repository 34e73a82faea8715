//! A file of NIST: the starts, the certified sum of squares, the data.

/// The contents of a file.
pub(super) struct Regression {
    /// The two starts.
    pub(super) starts: [Vec<f64>; 2],
    /// The certified parameters.
    pub(super) parameters: Vec<f64>,
    /// Their certified standard deviations.
    pub(super) deviations: Vec<f64>,
    /// The certified residual sum of squares.
    pub(super) sum_of_squares: f64,
    /// The data.
    pub(super) rows: Vec<Row>,
}

/// An observation.
#[derive(Clone)]
pub(super) struct Row {
    /// The response.
    pub(super) response: f64,
    /// The predictors.
    pub(super) predictors: Vec<f64>,
}

/// The data begin in this line, counted from 0, in every file.
const DATA: usize = 60;

/// The text before the residual sum of squares.
const SUM: &str = "Residual Sum of Squares:";

impl Regression {
    /// Reads a file of this package, whose format is known. A line of parameters is `b1 = start1 start2
    /// certified deviation`, a line of data `y x1 x2 ...`.
    pub(super) fn read(text: &str) -> Regression {
        let head = || text.lines().take(DATA);
        let parameters = || head().filter_map(|line| line.trim_start().strip_prefix('b')?.split_once('='));
        let column = |number: usize| parameters().map(|(_, columns)| numbers(columns)[number]).collect();
        let sum = head().find_map(|line| line.strip_prefix(SUM)).expect("a sum of squares");
        let row = |line| {
            let columns = numbers(line);
            Row { response: columns[0], predictors: columns[1..].to_vec() }
        };
        Regression {
            starts: [column(0), column(1)],
            parameters: column(2),
            deviations: column(3),
            sum_of_squares: numbers(sum)[0],
            rows: text.lines().skip(DATA).filter(|line| !line.is_empty()).map(row).collect(),
        }
    }

    /// The same for the logarithm of the response.
    pub(super) fn in_logarithms(mut self) -> Regression {
        for row in &mut self.rows {
            row.response = row.response.ln();
        }
        self
    }
}

fn numbers(columns: &str) -> Vec<f64> {
    columns.split_whitespace().map(|number| number.parse().expect("a number")).collect()
}
