//! The choices of the options, with MATLAB's names.

use serde::{Deserialize, Serialize};

use crate::options::spelling::Word;

/// The algorithm; MATLAB's `Algorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
pub enum Algorithm {
    /// Polls with one [`PollMethod`] and one mesh size for all coordinates.
    #[default]
    Classic,
    /// MATLAB's nonuniform pattern search: cycles of 16 iterations, first with polls along the coordinates, then with
    /// polls along uniformly random rotations of the coordinates (MATLAB: GPS and MADS). Each kind gets 2 to 14
    /// iterations of a cycle: 8 in the first cycle, later in proportion to its decrease per evaluation in the
    /// previous cycle.
    ///
    /// A poll has n + 1 points, `e_1 … e_n, (1, …, 1)`; the next poll of its kind has the negatives. It stops at a
    /// sufficient decrease, of at least 1e-4 max(1, |f|) (MATLAB does not document the value of its
    /// `ImprovementTolerance`), and moves to the best point found. The mesh is then
    ///
    /// - halved if there is no decrease,
    /// - doubled after a sufficient decrease,
    /// - multiplied by 3/2 after the third small decrease in a row,
    /// - doubled after any decrease while its size is above √`mesh_tolerance` (MATLAB: a threshold),
    /// - unchanged otherwise.
    ///
    /// Coordinates with a bound within a step are left out of the pattern, which thus follows the bound, and are
    /// polled one by one after it, in both directions. A step that would leave the bounds is shortened to the first
    /// one.
    ///
    /// Poll method, poll order, complete polls, mesh factors and `mesh_rotate` do not apply (as in MATLAB).
    Nups,
    /// `nups` with polls along the coordinates only.
    #[serde(rename = "nups-gps")]
    NupsGps,
    /// `nups` with polls along rotated coordinates only.
    #[serde(rename = "nups-mads")]
    NupsMads,
}

/// The directions of a poll; MATLAB's `PollMethod`.
///
/// **GPS**, generalized pattern search, and **GSS**, generating set search, poll along the coordinates. (Torczon
/// 1997, "On the convergence of pattern search algorithms"; Kolda, Lewis & Torczon 2003, "Optimization by direct
/// search", SIAM Review 45(3).) Within bounds they differ only in [`mesh_rotate`](super::Options::mesh_rotate). If a
/// bound is within a step, N+1 polls as 2N does, since it could not follow the bound otherwise.
///
/// Under linear constraints GPS and GSS poll in the subspace of the equalities. Near an inequality (within
/// [`tol_bind`](super::Options::tol_bind)) they add directions after the pattern that generate the cone of feasible
/// directions of the nearby rows and bounds. Dependent rows are allowed, although they end MATLAB's search with an
/// error. (Kolda, Lewis & Torczon 2006, "Stationarity results for generating set search for linearly constrained
/// optimization", SIAM J. Optim. 17(4); Lewis, Shepherd & Torczon 2007, "Implementing generating set search methods
/// for linearly constrained minimization", SIAM J. Sci. Comput. 29(6).) GPS drops an infeasible trial point; GSS
/// moves it back along its direction to the first bound or row, as in the papers. If a row leaves less than a
/// thousandth of the step, GSS drops the point: this replaces the papers' sufficient decrease and keeps the search
/// from alternating between two rows. MADS drops infeasible points and does not follow constraints; `nups` follows
/// them as GPS does and shortens steps as GSS does. Neither accepts linear equalities, which their directions leave.
///
/// **MADS**, mesh adaptive direct search, polls along different directions each time, which become dense in the unit
/// sphere as the mesh is refined. It therefore makes progress on nonsmooth functions where coordinate directions are
/// stuck. The mesh size is divided by 4 after a failure and multiplied by 4 after a success, up to
/// `initial_mesh_size`. At mesh size `Δ` a poll step has a length of about `√Δ` (in units of `initial_mesh_size`), so
/// a run ends with steps of √`mesh_tolerance`; beyond `Δ = 1` a success doubles the poll step. Step and function
/// tolerance are also compared with `Δ`: for finer results, lower all three. Coordinates fixed by equal bounds are
/// left out. Points outside the bounds are dropped (as in MATLAB), which leaves few points near a corner, so MADS is
/// slow along bounds; GPS, GSS and `nups` follow them.
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
    /// LTMADS: the columns of a random lower triangular integer matrix with permuted rows and columns, and their
    /// negatives. (Audet & Dennis 2006, "Mesh adaptive direct search algorithms for constrained optimization", SIAM
    /// J. Optim. 17(1), section 4.)
    #[serde(rename = "MADSPositiveBasis2N")]
    MadsPositiveBasis2N,
    /// The same columns and their negative sum, which is up to n times as long.
    #[serde(rename = "MADSPositiveBasisNp1")]
    MadsPositiveBasisNp1,
    /// OrthoMADS: orthogonal directions of equal length, the columns of a Householder reflection by a point of
    /// Halton's sequence, and their negatives. (Abramson, Audet, Dennis & Le Digabel 2009, "OrthoMADS: a
    /// deterministic MADS instance with orthogonal directions", SIAM J. Optim. 20(2).)
    #[serde(rename = "OrthoMADSPositiveBasis2N")]
    OrthoMadsPositiveBasis2N,
    /// One direction of each of those pairs, on the side of the last success, and their negative sum. (Audet, Ianni,
    /// Le Digabel & Tribes 2014, "Reducing the number of function evaluations in mesh adaptive direct search
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

/// The order in which a poll tries its directions; MATLAB's `PollOrderAlgorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
pub enum PollOrder {
    /// The order of the basis.
    #[default]
    Consecutive,
    /// A random order for each poll, drawn from the seed.
    Random,
    /// The last successful direction first, then the others in the order of the basis.
    Success,
}

/// The method for nonlinear constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Word")]
pub enum NonlinearConstraints {
    /// MATLAB's augmented Lagrangian pattern search (`"alps"`): a sequence of subproblems, each a pattern search on
    /// the objective plus a shifted log barrier for the inequalities and an augmented Lagrangian for the equalities.
    /// One iteration is one subproblem. (Conn, Gould & Toint 1997, "A globally convergent Lagrangian barrier
    /// algorithm for optimization with general inequality constraints and simple bounds"; Kolda, Lewis & Torczon
    /// 2006, SAND2006-5315.)
    #[default]
    #[serde(rename = "alps")]
    AugmentedLagrangian,
    /// The progressive barrier (`"progressive-barrier"`), not available in MATLAB: treats objective and violation as
    /// two criteria and polls around the best feasible point and around the best infeasible point whose violation is
    /// below a decreasing threshold. It needs no multiplier estimates and few evaluations, but its poll directions
    /// must be able to follow a constraint: with coordinate directions only, it may stop at one. (Audet & Dennis
    /// 2009, "A progressive barrier for derivative-free nonlinear programming".) Equalities are satisfied only to the
    /// tolerance, in a thin shell; the augmented Lagrangian suits them better.
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
            |error| if is_solver(()) { format!("{error}; that is a separate solver") } else { error },
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
            // Old spellings.
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
