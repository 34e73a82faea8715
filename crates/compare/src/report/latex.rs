//! The tables of a report for LaTeX.

use std::fmt::Write as _;

use super::tables::{self, Cell, Cells};
use super::{SuiteSummary, counted, one_line};
use crate::study::{Gap, Manifest};

/// A table for LaTeX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatexTable {
    /// The suite, or `areas` for the table of the areas on all suites.
    pub name: String,
    /// A `tabular` that needs no package, after comments on what it is and how it is included.
    pub text: String,
}

/// The tables of [`markdown`](fn@super::markdown) for LaTeX: the areas on all suites, if there are several, and a table for
/// each suite. What a suite lacks stands in the comments. All characters of names that LaTeX would obey are escaped;
/// others are written in UTF-8, which LaTeX reads.
///
/// ```
/// use compare::report::{latex, summarize};
/// use compare::study::Manifest;
///
/// let manifest = Manifest::now(vec![], vec![], 100, vec![1]);
/// assert!(latex(&manifest, &summarize(&[], 100, &Default::default()), &[]).is_empty());
/// ```
pub fn latex(manifest: &Manifest, suites: &[SuiteSummary], gaps: &[Gap]) -> Vec<LatexTable> {
    let Manifest { simplex_gradients, version, revision, .. } = manifest;
    let origin = format!("{simplex_gradients} simplex gradients; made by compare {version} ({revision})");
    let areas = tables::areas(suites).map(|cells| {
        let lines = ["Areas under the data profiles of all suites".to_owned(), origin.clone()];
        LatexTable { name: "areas".to_owned(), text: tabular(&lines, &cells) }
    });
    let compared = suites.iter().filter(|summary| !summary.results.instances.is_empty());
    let of_suite = |summary: &SuiteSummary| {
        let instances = counted(summary.results.instances.len(), "instance");
        let mut lines = vec![format!("{}: {instances}", summary.suite), origin.clone()];
        lines.extend(gaps.iter().filter(|gap| gap.suite == summary.suite).map(super::incomplete));
        LatexTable { name: summary.suite.clone(), text: tabular(&lines, &tables::solvers(summary)) }
    };
    areas.into_iter().chain(compared.map(of_suite)).collect()
}

/// The comments and the table: names to the left, numbers to the right.
fn tabular(lines: &[String], Cells { head, rows }: &Cells) -> String {
    let mut text: String = lines.iter().map(|line| format!("% {}\n", one_line(line))).collect();
    text += "% In a table of yours: \\input{this file}, or \\resizebox{\\linewidth}{!}{\\input{this file}} with graphicx.\n";
    let _ = writeln!(text, "\\begin{{tabular}}{{l{}}}", "r".repeat(head.len().saturating_sub(1)));
    let joined = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    text += "\\hline\n";
    text += &joined(head.iter().map(|name| set(name)).collect());
    text += "\\hline\n";
    for row in rows {
        text += &joined(row.iter().map(cell).collect());
    }
    text + "\\hline\n\\end{tabular}\n"
}

fn cell(Cell { text, best }: &Cell) -> String {
    if *best { format!("\\textbf{{{}}}", escaped(text)) } else { set(text) }
}

/// A number with a power of ten in mathematics, anything else as text.
fn set(text: &str) -> String {
    let parts = text.parse::<f64>().ok().and_then(|_| text.split_once('e'));
    match parts {
        Some(("1", exponent)) => format!("$10^{{{exponent}}}$"),
        Some((digits, exponent)) => format!("${digits}\\cdot 10^{{{exponent}}}$"),
        None => escaped(text),
    }
}

/// The text as LaTeX sets it, in any encoding of fonts.
fn escaped(text: &str) -> String {
    let (mut escaped, mut before) = (String::new(), None);
    for character in one_line(text).chars() {
        match character {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '<' => escaped += "\\textless{}",
            '>' => escaped += "\\textgreater{}",
            '|' => escaped += "\\textbar{}",
            // Two of them would be one sign, and at the start of a row they belong to the line before.
            '-' | '\'' | ',' if before == Some(character) => escaped.extend(['{', '}', character]),
            '`' => escaped += "{}`",
            '[' | '*' if before.is_none() => escaped.extend(['{', '}', character]),
            _ => escaped.push(character),
        }
        before = Some(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_it_was_and_nothing_that_latex_obeys() {
        assert_eq!(escaped(r"a_b & 50 % #1 {x}$"), r"a\_b \& 50 \% \#1 \{x\}\$");
        assert_eq!(escaped(r"\input~^"), r"\textbackslash{}input\textasciitilde{}\textasciicircum{}");
        assert_eq!(escaped("a<b>|c"), r"a\textless{}b\textgreater{}\textbar{}c");
        assert_eq!(escaped("[1]--a?`\n"), r"{}[1]-{}-a?{}`\textbackslash{}n");
    }

    #[test]
    fn a_power_of_ten_stands_in_mathematics() {
        let expected = ["$10^{-7}$", r"$2.5\cdot 10^{-12}$", "0.25", "-", "cma-es"];
        assert_eq!(["1e-7", "2.5e-12", "0.25", "-", "cma-es"].map(set), expected);
    }
}
