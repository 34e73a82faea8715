//! Explains an outcome in words: why the run ended, and what to try next.

use crate::{Outcome, Status, general};

/// A final mesh size above this suggests trying a finer mesh.
const COARSE: f64 = 1e-3;

/// The reasons for which a coordinate of the start is moved.
const NOT_FEASIBLE: &str = "outside the bounds, off the grid or in violation of a linear constraint";

impl Outcome {
    /// Explains why the run ended and what to try next, in a few lines of text. The explanation uses only
    /// what the outcome holds, such as status, counts, trace and first failure.
    ///
    /// ```
    /// use search::{Budget, Minimizer, PatternSearch, Problem};
    ///
    /// let problem = Problem::new(|x| (x[0] - 1e3).powi(2), [0.0])?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(10), &mut ())?;
    /// let text = outcome.explain();
    /// assert!(text.starts_with("patternsearch stopped because it reached the limit of function evaluations."));
    /// assert!(text.contains("The value was still falling"));
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let parts = [
            Some(self.message()),
            self.about_the_start(),
            self.about_failures(),
            self.about_the_journal(),
            Some(self.advice()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    fn about_the_journal(&self) -> Option<String> {
        let journal = self.journal.as_ref()?;
        journal.cut_in_words().map(|text| format!("In the journal {}, {text}.", journal.path.display()))
    }

    fn about_the_start(&self) -> Option<String> {
        let projected = match self.projected {
            0 => None,
            1 => Some(format!(
                "One coordinate of the start was {NOT_FEASIBLE}, and was moved to a feasible point."
            )),
            count => Some(format!(
                "{count} coordinates of the start were {NOT_FEASIBLE}, and were moved to a feasible point."
            )),
        };
        let failed = self.start_value.is_infinite().then(|| {
            "The evaluation of the start failed, and the search began near it. Choose a start that has a \
             value, if possible."
                .to_owned()
        });
        // After a few evaluations, the lengths of the steps cannot be judged.
        let many = self.counts.evaluations > 2 * self.x.len() as u64;
        let stayed = (self.value == self.start_value && many).then(|| {
            "Nothing better than the start was found: it may be a minimum, or the first steps may be too short or too \
             long for this problem (initial_mesh_size, initial_step), or the value may not depend on the point at all."
                .to_owned()
        });
        let parts: Vec<String> = [projected, failed, stayed].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    fn about_failures(&self) -> Option<String> {
        let counts = &self.counts;
        let first = self.first_failure.as_ref()?;
        let often = if 2 * counts.failed > counts.evaluations {
            " That is most of them: tighter bounds may keep the search where the objective has values."
        } else {
            ""
        };
        Some(format!(
            "{} of {} evaluations failed; the first: {first}.{often}",
            counts.failed, counts.evaluations
        ))
    }

    fn advice(&self) -> String {
        match self.status {
            Status::MeshTolerance
            | Status::NoStepDown
            | Status::StepTolerance
            | Status::FunctionTolerance => self.after_a_mesh(),
            Status::SolverConverged => {
                "The point is a minimum as far as the solver can tell, perhaps only a local \
                 one; try other starts. Tighter tolerances give more digits."
                    .to_owned()
            }
            Status::MachinePrecision => {
                "Shorter steps would not change the point: no more digits can be gained. \
                 If it is not a minimum, the values are noisy at this scale; try another start, or `coordinate`."
                    .to_owned()
            }
            Status::IterationLimit => {
                self.after_a_limit("raise max_iterations, or start again from the point")
            }
            Status::EvaluationLimit => self.after_a_limit(&format!(
                "raise the evaluation budget, or max_function_evaluations if that was the limit. {}",
                self.going_on("With a larger budget it goes on")
            )),
            Status::TimeLimit => {
                self.after_a_limit(&format!("give it more time. {}", self.going_on("It goes on")))
            }
            Status::StoppedByObserver | Status::Cancelled => {
                format!("The point is the best one so far. {}", self.going_on("The run goes on"))
            }
            Status::JournalFailed => {
                "The point is the best one so far, but the last evaluations are not in the journal. Free \
                 space or repair the disk, then resume from the journal."
                    .to_owned()
            }
            Status::NotStarted => format!(
                "The point is the best one so far. The evaluation that could not be started is not recorded. {}",
                self.going_on("Once it can be, the run goes on")
            ),
            Status::SolverNotStarted => {
                "The start alone was evaluated. Check the command, and that what it needs is installed.".to_owned()
            }
            Status::NoFeasiblePoint => {
                "No point evaluated met the constraints; this one violates them least. Start closer to the \
                 feasible region, allow more evaluations, or check whether the constraints contradict each other."
                    .to_owned()
            }
            Status::Unbounded => {
                "There is no minimum on this way: the value fell to 1e20 times its size at the start, or a coordinate \
                 went so far that steps of the longest unit are lost in rounding. Check the sign of the objective, or give bounds."
                    .to_owned()
            }
            Status::SolverGaveUp => {
                let all = ["hybrid", "coordinate", "patternsearch"];
                let is_other = |name: &&str| !self.solver.contains(*name);
                let others: Vec<&str> = all.into_iter().filter(is_other).take(2).collect();
                format!(
                    "The point is the best that {} has seen, and may not be a minimum. Start again from it, with another \
                     solver: {} need neither gradients nor smooth values.",
                    self.solver,
                    if others.is_empty() { all[..2].join(" and ") } else { others.join(" and ") }
                )
            }
        }
    }

    fn after_a_mesh(&self) -> String {
        let size = self.trace.last().and_then(|row| row.mesh_size).unwrap_or(0.0);
        if self.granular == self.x.len() {
            "No poll point one step away on the grid is better: the point is a minimum, perhaps only a local one. Try \
             other starts (`Multistart`)."
                .to_owned()
        } else if size > COARSE {
            format!(
                "The mesh is still coarse, {} in units of each coordinate's scale, and limits the accuracy of the point. \
                 Smaller tolerances (mesh_tolerance, step_tolerance, function_tolerance) refine it.",
                general(size, 4)
            )
        } else if self.solver.starts_with("patternsearch") && self.max_constraint.is_some() {
            "No poll point on the finest mesh was better. Beside a curved constraint no direction of a poll may lead to better \
             points that are there: try the point as a start of `hybrid`, which follows constraints."
                .to_owned()
        } else {
            "No poll point on the finest mesh was better: the point is a minimum to this tolerance, perhaps only a \
             local one. Try other starts (`Multistart`), `coordinate` with restarts, or particle-swarm within finite bounds."
                .to_owned()
        }
    }

    fn after_a_limit(&self, more: &str) -> String {
        let (all, last) = (self.counts.evaluations, self.last_improvement());
        if all - last <= all / 10 {
            let more = more.trim_end_matches('.');
            format!("The value was still falling, last at evaluation {last} of {all}: {more}.")
        } else {
            format!(
                "The value last fell at evaluation {last} of {all}: more evaluations may gain little; another start or \
                 another solver may gain more."
            )
        }
    }

    /// Returns the number of evaluations after which the trace first shows the best value.
    fn last_improvement(&self) -> u64 {
        let row = self.trace.iter().find(|row| row.value <= self.value);
        row.map_or(self.counts.evaluations, |row| row.evaluations)
    }

    /// Explains how to continue a run that was ended from outside. (A run with other options is not a
    /// continuation.)
    fn going_on(&self, it_goes_on: &str) -> String {
        match &self.journal {
            Some(journal) => {
                format!("{it_goes_on} from here when the journal {} is resumed.", journal.path.display())
            }
            None => format!("{it_goes_on} from here if it keeps a journal; this one did not."),
        }
    }
}
