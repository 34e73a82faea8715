//! Plots as inline SVG.

use std::fmt::Write as _;

/// Size of a plot.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 260.0;
/// Room for the numbers at the axes, and for the half of the last ones.
const LEFT: f64 = 52.0;
const BELOW: f64 = 40.0;
const MARGIN: f64 = 12.0;

/// A plot that grows: axes first, marks on top.
pub(super) struct Plot {
    x: Axis,
    y: Axis,
    content: String,
}

/// The range of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Axis {
    /// The range of finite values; of one value a range around it.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            return Axis { low: 0.0, high: 1.0 };
        }
        let room = if high > low { 0.0 } else { 0.5 * low.abs().max(1.0) };
        Axis { low: low - room, high: high + room }
    }

    /// Three to six round numbers within the range, a multiple of 1, 2 or 5 times a power of ten apart, and the digits
    /// behind their point.
    pub(super) fn ticks(self) -> (Vec<f64>, usize) {
        let rough = (self.high - self.low) / 4.0;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= 0.999 * rough);
        let step = step.unwrap_or(power);
        let (first, last) = ((self.low / step - 1e-9).ceil(), (self.high / step + 1e-9).floor());
        let count = (last - first).clamp(0.0, 20.0) as usize;
        let digits = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
        ((0..=count).map(|k| (first + k as f64) * step).collect(), digits)
    }
}

impl Plot {
    /// Two axes of numbers, with a label each.
    pub(super) fn new(x: Axis, y: Axis, labels: [&str; 2]) -> Self {
        let mut plot = Plot { x, y, content: String::new() };
        plot.horizontal_grid(labels[1]);
        let (ticks, digits) = x.ticks();
        for tick in ticks {
            plot.name_below(plot.at_x(tick), &shown(tick, digits));
        }
        plot.label_below(labels[0]);
        plot
    }

    /// Names below, at 0, 1, 2, ..., and numbers at the left.
    pub(super) fn of_names(names: &[String], y: Axis, labels: [&str; 2]) -> Self {
        let mut plot =
            Plot { x: Axis { low: -0.5, high: names.len() as f64 - 0.5 }, y, content: String::new() };
        plot.horizontal_grid(labels[1]);
        // A character is about 6.5 wide.
        let room = ((WIDTH - LEFT - MARGIN) / names.len() as f64 / 6.5).max(1.0) as usize;
        // Of many names some are left out.
        let every = names.len().div_ceil(12);
        for (place, name) in names.iter().enumerate().step_by(every) {
            plot.name_below(plot.at_x(place as f64), &shortened(name, room * every));
        }
        plot.label_below(labels[0]);
        plot
    }

    fn horizontal_grid(&mut self, label: &str) {
        let (ticks, digits) = self.y.ticks();
        for tick in ticks {
            let y = self.at_y(tick);
            let _ = write!(
                self.content,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - MARGIN,
                LEFT - 6.0,
                y + 4.0,
                shown(tick, digits)
            );
        }
        let _ = write!(self.content, "<text x=\"0\" y=\"10\">{}</text>", escaped(label));
    }

    fn name_below(&mut self, x: f64, name: &str) {
        let (y, name) = (HEIGHT - BELOW + 16.0, escaped(name));
        let _ = write!(self.content, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{name}</text>");
    }

    fn label_below(&mut self, label: &str) {
        let (x, y) = (WIDTH - MARGIN, HEIGHT - 6.0);
        let _ =
            write!(self.content, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{}</text>", escaped(label));
    }

    fn at_x(&self, x: f64) -> f64 {
        LEFT + (x - self.x.low) / (self.x.high - self.x.low) * (WIDTH - LEFT - MARGIN)
    }

    fn at_y(&self, y: f64) -> f64 {
        let part = (y - self.y.low) / (self.y.high - self.y.low);
        HEIGHT - BELOW - part * (HEIGHT - BELOW - 22.0)
    }

    /// A line through points.
    pub(super) fn line(&mut self, class: &str, points: impl Iterator<Item = (f64, f64)>) {
        let places = points.map(|(x, y)| format!("{:.1},{:.1}", self.at_x(x), self.at_y(y)));
        let places = places.collect::<Vec<_>>().join(" ");
        let _ = write!(self.content, "<polyline class=\"{class}\" points=\"{places}\"/>");
    }

    /// A point.
    pub(super) fn point(&mut self, class: &str, radius: f64, (x, y): (f64, f64)) {
        let (x, y) = (self.at_x(x), self.at_y(y));
        let _ =
            write!(self.content, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
    }

    /// A mark at the lower edge.
    pub(super) fn rug(&mut self, x: f64) {
        let (x, y) = (self.at_x(x), HEIGHT - BELOW);
        let _ = write!(
            self.content,
            "<line class=\"rug\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y:.1}\" y2=\"{:.1}\"/>",
            y - 6.0
        );
    }

    /// The element, with a text for those who do not see it.
    pub(super) fn svg(&self, text: &str) -> String {
        let (content, text) = (&self.content, escaped(text));
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{text}\">\
             <line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>{content}</svg>",
            WIDTH - MARGIN,
            HEIGHT - BELOW,
            HEIGHT - BELOW
        )
    }
}

/// A number at an axis; a long one with a power of ten.
fn shown(value: f64, digits: usize) -> String {
    let value = value + 0.0; // 0 and -0 are one number
    if value != 0.0 && (value.abs() >= 1e6 || value.abs() < 1e-4) {
        return search::general(value, 3);
    }
    format!("{value:.digits$}").replace('-', "\u{2212}")
}

/// A name in no more than this many characters.
fn shortened(name: &str, room: usize) -> String {
    if name.chars().count() <= room.max(2) {
        return name.to_owned();
    }
    name.chars().take(room.max(2) - 1).chain(['…']).collect()
}

/// A text as HTML and SVG write it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Axis, escaped, shortened, shown};

    #[test]
    fn ticks_are_round_numbers_within_the_range() {
        let ticks = |low, high| Axis { low, high }.ticks();
        assert_eq!(ticks(0.0, 1.0), (vec![0.0, 0.5, 1.0], 1));
        assert_eq!(ticks(1613.0, 5140.0).0, [2000.0, 3000.0, 4000.0, 5000.0]);
        let (fine, digits) = ticks(-0.031, 0.011);
        assert_eq!(fine.iter().map(|tick| shown(*tick, digits)).collect::<Vec<_>>(), ["−0.02", "0.00"]);
    }

    #[test]
    fn one_value_has_a_range_around_it_and_no_value_the_unit_range() {
        assert_eq!(Axis::of([4.0, f64::NAN].into_iter()), Axis { low: 2.0, high: 6.0 });
        assert_eq!(Axis::of(std::iter::empty()), Axis { low: 0.0, high: 1.0 });
    }

    #[test]
    fn names_are_escaped_and_shortened() {
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
        assert_eq!(shortened("übermäßig", 5), "über…");
    }
}
