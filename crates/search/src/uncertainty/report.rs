//! An uncertainty as readable text.

use std::fmt::{self, Write as _};

use super::{Combination, FitUncertainty, Uncertainty};
use crate::general;

/// Below this ratio parameters compensate one another noticeably. (Belsley, Kuh & Welsch 1980, "Regression diagnostics",
/// section 3.2: condition indexes above 30.)
const COMPENSATE: f64 = 1.0 / 30.0;

/// A parameter with a smaller share is not named.
const LEAST_SHARE: f64 = 0.05;

impl Uncertainty {
    /// Formats it as a table with a row for each coordinate, under these names, and what it means in words. `Display`
    /// gives the same with the names `x1`, ..., `xn`.
    pub fn described(&self, names: &[String]) -> String {
        let name = |i: usize| names.get(i).cloned().unwrap_or_else(|| format!("x{}", i + 1));
        let names: Vec<String> = (0..self.x.len()).map(name).collect();
        match &self.fit {
            Some(fit) => of_fit(self, fit, &names),
            None => of_slopes(self, &names),
        }
    }
}

impl fmt::Display for Uncertainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described(&[]))
    }
}

/// Formats rows with columns of equal width.
fn table(rows: &[Vec<String>]) -> String {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let cells =
            row.iter().enumerate().map(|(column, cell)| format!("{cell:<width$}", width = width(column)));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn of_slopes(uncertainty: &Uncertainty, names: &[String]) -> String {
    let header = ["coordinate", "slope", "error", "curvature", "error"].map(str::to_owned).to_vec();
    let row = |(i, name): (usize, &String)| {
        if uncertainty.steps[i] == 0.0 {
            return vec![name.clone(), "held".to_owned()];
        }
        let columns = [
            &uncertainty.gradient,
            &uncertainty.gradient_errors,
            &uncertainty.curvatures,
            &uncertainty.curvature_errors,
        ];
        let digits = [6, 2, 6, 2];
        let cells = columns.iter().zip(digits).map(|(column, digits)| general(column[i], digits));
        std::iter::once(name.clone()).chain(cells).collect()
    };
    table(&std::iter::once(header).chain(names.iter().enumerate().map(row)).collect::<Vec<_>>())
}

fn of_fit(uncertainty: &Uncertainty, fit: &FitUncertainty, names: &[String]) -> String {
    let header = ["parameter", "value", "standard error", "95 % interval"].map(str::to_owned).to_vec();
    let row = |(i, name): (usize, &String)| {
        let value = general(uncertainty.x[i], 9);
        if uncertainty.steps[i] == 0.0 {
            return vec![name.clone(), value, "held".to_owned()];
        }
        let [from, to] = fit.intervals[i].map(|end| general(end, 6));
        vec![name.clone(), value, general(fit.standard_errors[i], 6), format!("{from} to {to}")]
    };
    let mut text =
        table(&std::iter::once(header).chain(names.iter().enumerate().map(row)).collect::<Vec<_>>());
    let _ = writeln!(text, "{}", of_deviation(fit));
    if fit.least_determined.ratio <= COMPENSATE {
        let _ = writeln!(text, "{}", of_combination(&fit.least_determined, names));
    }
    text
}

/// Where the standard errors come from.
fn of_deviation(fit: &FitUncertainty) -> String {
    let (degrees, deviation) = (fit.degrees_of_freedom, general(fit.residual_deviation, 6));
    match (fit.uses_given_deviations, degrees) {
        (true, 0) => "The errors follow from the given standard deviations.".to_owned(),
        (true, _) => format!(
            "The errors follow from the given standard deviations; the residuals are {deviation} of them, with \
             {degrees} degrees of freedom."
        ),
        (false, 0) => {
            "There are no more residuals than free parameters, so that their errors are unknown.".to_owned()
        }
        (false, _) => {
            format!(
                "The residuals have the standard deviation {deviation}, with {degrees} degrees of freedom."
            )
        }
    }
}

/// Which parameters compensate one another.
fn of_combination(combination: &Combination, names: &[String]) -> String {
    let named: Vec<usize> =
        (0..names.len()).filter(|&i| combination.shares[i].abs() >= LEAST_SHARE).collect();
    let steps: Vec<String> =
        named.iter().map(|&i| format!("{} by {}", names[i], general(combination.direction[i], 3))).collect();
    let ratio = general(combination.ratio, 2);
    let what = if combination.is_determined {
        format!("changes the residuals {ratio} times as much as the parameters can")
    } else {
        "does not change the residuals: the data do not determine it".to_owned()
    };
    format!("The data determine this combination least: {}. It {what}.", steps.join(", "))
}
