//! A figure as PDF and PNG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use svg2pdf::{ConversionOptions, PageOptions};
use thiserror::Error as ThisError;

/// Pixels of a PNG for each unit of the figure, which is a point of a PDF: 300 an inch.
const PIXELS: f32 = 300.0 / 72.0;

/// The families from which the words of a figure are taken, the first that is installed; they have much the same widths.
const FAMILIES: [&str; 6] =
    ["Helvetica", "Arial", "Liberation Sans", "Nimbus Sans", "DejaVu Sans", "Noto Sans"];

/// Why a figure is no picture.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum PictureError {
    /// No font, without which words would be missing.
    #[error(
        "no font is installed; expected one for the words of the figure, such as Liberation Sans or DejaVu Sans"
    )]
    NoFont,
    /// A figure that is not one of [`svg`](fn@super::svg), or is too large.
    #[error("the figure, {width} by {height}: {reason}; expected one that fits into memory")]
    Figure {
        /// Its width, 0 if it is not known.
        width: f32,
        /// Its height, 0 if it is not known.
        height: f32,
        /// What is wrong with it.
        reason: String,
    },
}

/// A figure of [`svg`](fn@super::svg) as PDF: curves stay curves, words stay words, and the fonts are within. A unit of the
/// figure is a point, 1/72 inch.
///
/// # Errors
/// [`PictureError`].
pub fn pdf(figure: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(figure)?;
    svg2pdf::to_pdf(&tree, ConversionOptions::default(), PageOptions::default())
        .map_err(|error| wrong(&tree, &error))
}

/// A figure of [`svg`](fn@super::svg) as PNG, 300 pixels an inch where a unit of the figure is 1/72 inch.
///
/// # Errors
/// [`PictureError`].
pub fn png(figure: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(figure)?;
    let pixels = |length: f32| (PIXELS * length).ceil() as u32;
    let pixmap = Pixmap::new(pixels(tree.size().width()), pixels(tree.size().height()));
    let mut pixmap = pixmap.ok_or_else(|| wrong(&tree, &"it has too many pixels"))?;
    resvg::render(&tree, Transform::from_scale(PIXELS, PIXELS), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| wrong(&tree, &error))
}

fn wrong(tree: &Tree, reason: &dyn ToString) -> PictureError {
    PictureError::Figure {
        width: tree.size().width(),
        height: tree.size().height(),
        reason: reason.to_string(),
    }
}

/// The figure, with its words as outlines of an installed font.
fn tree(figure: &str) -> Result<Tree, PictureError> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    let family = family(fonts).ok_or(PictureError::NoFont)?;
    fonts.set_sans_serif_family(family);
    Tree::from_str(figure, &options).map_err(|error| PictureError::Figure {
        width: 0.0,
        height: 0.0,
        reason: error.to_string(),
    })
}

/// The first of the [`FAMILIES`] that is installed, or any other.
fn family(fonts: &Database) -> Option<String> {
    let installed = || fonts.faces().filter_map(|face| Some(face.families.first()?.0.as_str()));
    let known = FAMILIES.into_iter().find(|family| installed().any(|name| name == *family));
    known.or_else(|| installed().next()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_there_is_no_family() {
        assert_eq!(family(&Database::new()), None);
    }
}
