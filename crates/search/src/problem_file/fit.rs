//! The keys of a fit: how many residuals there are, their standard deviations, and the loss.

use super::description::{Description, Each, LossName, Number};
use super::error::ProblemFileError;
use super::reader::Reader;
use crate::{LeastSquares, Loss, Outputs};

impl Reader<'_> {
    /// Gives residuals their number, their standard deviations and the loss.
    pub(super) fn fitted(&self, outputs: Outputs) -> Result<Outputs, ProblemFileError> {
        let Description { residuals, residual_count, sigma, loss, loss_scale, .. } = self.description;
        let given = [
            ("residual_count", residual_count.is_some()),
            ("sigma", sigma.is_some()),
            ("loss", loss.is_some()),
            ("loss_scale", loss_scale.is_some()),
        ];
        let Some((key, _)) = given.into_iter().find(|(_, given)| *given) else { return Ok(outputs) };
        if residuals.is_none() {
            return Err(self.wrong(key, "is there without `residuals`; expected them"));
        }
        let of_names = outputs.fit().map(LeastSquares::count);
        let form = match (of_names, *residual_count) {
            (None, None) => {
                return Err(
                    self.wrong(key, "needs the number of residuals in JSON; expected `residual_count`")
                );
            }
            (Some(names), Some(count)) if names != count => {
                let reason =
                    format!("is {count}, but there are {names} `residuals`; expected the same number");
                return Err(self.wrong("residual_count", reason));
            }
            (_, Some(0)) => return Err(self.wrong("residual_count", "is 0; expected at least 1")),
            (_, Some(count)) | (Some(count), None) => LeastSquares::of(count),
        };
        let form = match sigma {
            None => form,
            Some(Each::All(Number(all))) => {
                let all = vec![*all; form.count()];
                form.with_deviations(all).map_err(|error| self.wrong("sigma", error))?
            }
            Some(Each::Each(each)) => {
                let each: Vec<f64> = each.iter().map(|Number(number)| *number).collect();
                form.with_deviations(each).map_err(|error| self.wrong("sigma", error))?
            }
        };
        let scale = loss_scale.map_or(1.0, |Number(scale)| scale);
        let loss = match loss {
            None if loss_scale.is_some() => {
                return Err(self.wrong("loss_scale", "is there without `loss`; expected it"));
            }
            None | Some(LossName::Squares) => Loss::Squares,
            Some(LossName::Huber) => Loss::Huber { scale },
            Some(LossName::SoftL1) => Loss::SoftL1 { scale },
            Some(LossName::Cauchy) => Loss::Cauchy { scale },
            Some(LossName::L1) => Loss::L1,
            Some(LossName::Minimax) => Loss::Minimax,
            Some(LossName::Chebyshev) => Loss::Chebyshev,
        };
        let form = form.with_loss(loss).map_err(|error| self.wrong("loss_scale", error))?;
        Ok(outputs.fitting(form))
    }
}
