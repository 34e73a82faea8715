//! Evaluates records: profiles, areas, bands, paired tests.
//!
//! A solver has *solved* an instance (a problem with a seed) to the tolerance τ after `t` evaluations, if the
//! best value so far is then at most `f_L + τ (f(x0) - f_L)`, where `f_L` is the least value that is known
//! ([`Floor`]; Moré & Wild 2009, equation 2.2). All figures follow from these `t`:
//!
//! | | definition | source |
//! |---|---|---|
//! | data profile | `d_s(α) = |{p : t_ps / (n_p + 1) <= α}| / |P|` | Moré & Wild 2009, equation 2.3 |
//! | performance profile | `ρ_s(α) = |{p : t_ps / min_s t_ps <= α}| / |P|` | Dolan & Moré 2002, equation 2.1 |
//! | log-ratio profile | the sorted `log2(t_p1 / t_p2)` of two solvers | Morales 2002; Shi, Xuan, Oztoprak & Nocedal 2023 |
//! | runtime distribution | the share of all pairs (instance, τ) with `t / n <= α` | Hansen, Auger, Ros, Mersmann, Tušar & Brockhoff 2021 |
//! | area | the area under a data profile over `ln α` from 1 to the budget, as a share of the whole | |
//! | digits | `-log10((f - f_L) / (f(x0) - f_L))` for the best value f after some simplex gradients | the test above, solved for τ |
//! | band | the 2.5th and 97.5th percentile of a figure of problems drawn with replacement; of bar k of m of a log-ratio profile: of `Q*((k - 1/2) / m)`, the quantile of the bars drawn | Efron 1979; Efron & Tibshirani 1993, section 13.3 |
//!
//! A data profile may count rounds or seconds in place of evaluations ([`Cost`]): `t_ps <= α`.
//!
//! With more than two solvers a performance profile ranks only the best one (Gould & Scott 2016): compare pairs.

mod accuracy;
mod area;
mod bootstrap;
mod cost;
mod floor;
mod profiles;
mod results;
mod significance;

pub use accuracy::{best_after, digits};
pub use area::area;
pub use bootstrap::{Band, band};
pub use cost::Cost;
pub use floor::{Floor, References};
pub use profiles::{
    Curve, cost_profile, data_profile, log_ratio_bands, log_ratios, performance_profile, runtime_distribution,
};
pub use results::{History, Instance, Results, Solved};
pub use significance::{Friedman, SignedRank, friedman, holm, wilcoxon};
