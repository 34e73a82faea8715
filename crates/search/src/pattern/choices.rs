//! What the options choose among, with MATLAB's words.

use serde::{Deserialize, Serialize};

use crate::options::spelling::Word;

/// Which algorithm; MATLAB's `Algorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
pub enum Algorithm {
    /// Polls of one [`PollMethod`] with one mesh size for all coordinates.
    #[default]
    Classic,
    /// MATLAB's nonuniform pattern search: in cycles of 16 iterations first polls along the coordinates, then polls along
    /// coordinates that are rotated uniformly at random (MATLAB: GPS and MADS). Each kind gets 2 to 14 of a cycle, 8 of
    /// the first one, then in proportion to its decrease per evaluation in the cycle before.
    ///
    /// A poll has n + 1 points, `e_1 … e_n, (1, …, 1)`, and the next one of its kind the negatives. It goes on to a
    /// sufficient decrease, of at least 1e-4 max(1, |f|) (MATLAB does not tell its `ImprovementTolerance`), and moves to
    /// the best point it has seen. Then the mesh is: halved without a decrease; doubled after a sufficient one; times
    /// 3/2 after the third one in a row that is not; doubled after any as long as it is above √`mesh_tolerance`
    /// (MATLAB: a threshold); else as it was. Coordinates with a bound within a step are left
    /// out of the pattern, which so follows the bound, and tried one by one after it, both ways; a step that would leave
    /// the bounds is shortened to the first one.
    ///
    /// Poll method, order and completeness, mesh factors and `mesh_rotate` do not apply (as in MATLAB).
    Nups,
    /// `nups` with polls along the coordinates alone.
    #[serde(rename = "nups-gps")]
    NupsGps,
    /// `nups` with polls along rotated coordinates alone.
    #[serde(rename = "nups-mads")]
    NupsMads,
}

/// Which directions a poll takes; MATLAB's `PollMethod`.
///
/// **GPS**, generalized pattern search, and **GSS**, generating set search, poll along the coordinates. (Torczon 1997,
/// "On the convergence of pattern search algorithms"; Kolda, Lewis & Torczon 2003, "Optimization by direct search", SIAM
/// Review 45(3).) They are the same within bounds, but for [`mesh_rotate`](super::Options::mesh_rotate). With a bound
/// within a step, N+1 polls as 2N does: it could not follow the bound otherwise.
///
/// Under linear constraints GPS and GSS poll in the subspace of the equalities, and near an inequality (within
/// [`tol_bind`](super::Options::tol_bind)) go on, after the pattern, with directions that generate the cone of all
/// directions within the rows and bounds near. Dependent rows, which end MATLAB's search with an error, are no
/// exception. (Kolda, Lewis & Torczon 2006, "Stationarity results for generating set search for linearly constrained
/// optimization", SIAM J. Optim. 17(4); Lewis, Shepherd & Torczon 2007, "Implementing generating set search methods for
/// linearly constrained minimization", SIAM J. Sci. Comput. 29(6).) An infeasible trial point is dropped by GPS, and by GSS
/// moved back along its direction to the first bound or row, as the papers do. (Where less than a thousandth of the step
/// is left before a row, it drops the point: in place of the papers' sufficient decrease this keeps the search from going
/// back and forth between two rows.) MADS drops it too and follows nothing; `nups` follows as GPS does and shortens as GSS
/// does; both refuse linear equalities, which their directions leave.
///
/// **MADS**, mesh adaptive direct search, polls along other directions each time, which become dense in all directions as
/// the mesh gets finer: it goes on where the function is not smooth and coordinate directions are stuck. The mesh size is
/// divided by 4 after a failure and multiplied by 4 after a success, up to `initial_mesh_size`. A poll step at mesh size
/// `Δ` is about `√Δ` long (in units of `initial_mesh_size`), so that a run ends with steps of √`mesh_tolerance`; beyond
/// `Δ = 1` successes go on to double it. Step and function tolerance are compared with `Δ` as well: for finer results lower
/// all three. Coordinates with equal bounds have no part in the directions. Points outside
/// the bounds are dropped (as MATLAB does), which few near a corner are not, so that MADS gets on slowly along bounds:
/// GPS, GSS and `nups` follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Word")]
pub enum PollMethod {
    /// `+e_1 … +e_n, -e_1 … -e_n`.
    #[default]
    #[serde(rename = "GPSPositiveBasis2N")]
    GpsPositiveBasis2N,
    /// `+e_1 … +e_n, -(1, …, 1)`.
    #[serde(rename = "GPSPositiveBasisNp1")]
    GpsPositiveBasisNp1,
    /// As for GPS.
    #[serde(rename = "GSSPositiveBasis2N")]
    GssPositiveBasis2N,
    /// As for GPS.
    #[serde(rename = "GSSPositiveBasisNp1")]
    GssPositiveBasisNp1,
    /// LTMADS: the columns of a random lower triangular matrix of whole numbers, rows and columns permuted, and their
    /// negatives. (Audet & Dennis 2006, "Mesh adaptive direct search algorithms for constrained optimization", SIAM J.
    /// Optim. 17(1), section 4.)
    #[serde(rename = "MADSPositiveBasis2N")]
    MadsPositiveBasis2N,
    /// The same columns and the negative of their sum, which is up to n times as long.
    #[serde(rename = "MADSPositiveBasisNp1")]
    MadsPositiveBasisNp1,
    /// OrthoMADS: orthogonal directions of equal length, by reflection at a point of Halton's sequence, and their
    /// negatives. (Abramson, Audet, Dennis & Le Digabel 2009, "OrthoMADS: a deterministic MADS instance with orthogonal
    /// directions", SIAM J. Optim. 20(2).)
    #[serde(rename = "OrthoMADSPositiveBasis2N")]
    OrthoMadsPositiveBasis2N,
    /// Of each pair of those, the direction on the side of the last success, and the negative of their sum. (Audet,
    /// Ianni, Le Digabel & Tribes 2014, "Reducing the number of function evaluations in mesh adaptive direct search
    /// algorithms", SIAM J. Optim. 24(2); their quadratic models are not used.)
    #[serde(rename = "OrthoMADSPositiveBasisNp1")]
    OrthoMadsPositiveBasisNp1,
}

impl Algorithm {
    pub(super) fn is_nups(self) -> bool {
        matches!(self, Algorithm::Nups | Algorithm::NupsGps | Algorithm::NupsMads)
    }
}

impl PollMethod {
    pub(super) fn is_gss(self) -> bool {
        matches!(self, PollMethod::GssPositiveBasis2N | PollMethod::GssPositiveBasisNp1)
    }

    pub(super) fn is_mads(self) -> bool {
        matches!(
            self,
            PollMethod::MadsPositiveBasis2N
                | PollMethod::MadsPositiveBasisNp1
                | PollMethod::OrthoMadsPositiveBasis2N
                | PollMethod::OrthoMadsPositiveBasisNp1
        )
    }
}

/// In which order a poll takes its directions; MATLAB's `PollOrderAlgorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
pub enum PollOrder {
    /// As the basis has them.
    #[default]
    Consecutive,
    /// Shuffled for every poll, from the seed.
    Random,
    /// The direction that succeeded last first, then the others as the basis has them.
    Success,
}

/// How nonlinear constraints are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Word")]
pub enum NonlinearConstraints {
    /// MATLAB's augmented Lagrangian pattern search (`"alps"`): a sequence of subproblems, each the pattern search on
    /// objective, shifted log barrier of the inequalities and augmented Lagrangian of the equalities; one iteration is
    /// one subproblem. (Conn, Gould & Toint 1997, "A globally convergent Lagrangian barrier algorithm for optimization
    /// with general inequality constraints and simple bounds"; Kolda, Lewis & Torczon 2006, SAND2006-5315.)
    #[default]
    #[serde(rename = "alps")]
    AugmentedLagrangian,
    /// The progressive barrier (`"progressive-barrier"`), which MATLAB does not have: objective and violation are two
    /// aims, polled about the best feasible point and about the best of those that violate the constraints by no more
    /// than a threshold, which falls. It takes no derivative-like estimates and few evaluations, but needs poll directions
    /// that can follow a constraint: with those of the axes alone it may stop short on one. (Audet & Dennis 2009, "A
    /// progressive barrier for derivative-free nonlinear programming".) Equalities can only be met to the tolerance,
    /// which makes a thin shell of them; the augmented Lagrangian suits them better.
    #[serde(rename = "progressive-barrier")]
    ProgressiveBarrier,
}

impl TryFrom<Word> for NonlinearConstraints {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        use NonlinearConstraints::{AugmentedLagrangian, ProgressiveBarrier};
        word.among(&[("alps", AugmentedLagrangian), ("progressive-barrier", ProgressiveBarrier)])
    }
}

impl TryFrom<Word> for Algorithm {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        let read = word.among(&[
            ("classic", Algorithm::Classic),
            ("nups", Algorithm::Nups),
            ("nups-gps", Algorithm::NupsGps),
            ("nups-mads", Algorithm::NupsMads),
        ]);
        let is_solver = |()| word.among(&[("coordinate", ()), ("hybrid", ()), ("automatic", ())]).is_ok();
        read.map_err(
            |error| if is_solver(()) { format!("{error}; that is a solver of its own") } else { error },
        )
    }
}

impl TryFrom<Word> for PollMethod {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        word.among(&[
            ("GPSPositiveBasis2N", PollMethod::GpsPositiveBasis2N),
            ("GPSPositiveBasisNp1", PollMethod::GpsPositiveBasisNp1),
            ("GSSPositiveBasis2N", PollMethod::GssPositiveBasis2N),
            ("GSSPositiveBasisNp1", PollMethod::GssPositiveBasisNp1),
            ("MADSPositiveBasis2N", PollMethod::MadsPositiveBasis2N),
            ("MADSPositiveBasisNp1", PollMethod::MadsPositiveBasisNp1),
            ("OrthoMADSPositiveBasis2N", PollMethod::OrthoMadsPositiveBasis2N),
            ("OrthoMADSPositiveBasisNp1", PollMethod::OrthoMadsPositiveBasisNp1),
            // The old spellings.
            ("PositiveBasis2N", PollMethod::GpsPositiveBasis2N),
            ("PositiveBasisNp1", PollMethod::GpsPositiveBasisNp1),
        ])
    }
}

impl TryFrom<Word> for PollOrder {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        let orders = [PollOrder::Consecutive, PollOrder::Random, PollOrder::Success];
        word.among(&["consecutive", "random", "success"].into_iter().zip(orders).collect::<Vec<_>>())
    }
}
