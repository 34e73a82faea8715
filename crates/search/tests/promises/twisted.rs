//! Objectives whose incremental views fail, round or lie, and what a run must hold whatever they tell.

use std::panic::resume_unwind;

use search::pattern::{Options, PollOrder};
use search::{
    Budget, CoordinateOptions, CoordinateSearch, Failure, Incremental, Minimizer, Objective, Outcome,
    Parabola, PatternSearch, Problem,
};

pub(crate) type Told = Result<f64, Failure>;
pub(crate) type Whole<'f> = Box<dyn Fn(&[f64]) -> Told + Send + Sync + 'f>;
pub(crate) type Telling<'f> = Box<dyn Fn(&[f64], usize, Told) -> Told + Send + Sync + 'f>;
pub(crate) type Confirming<'f> = Box<dyn Fn(&[f64]) -> Option<Told> + Send + Sync + 'f>;
pub(crate) type Accepting<'f> = Box<dyn Fn(&[f64], &[f64]) + Send + Sync + 'f>;
pub(crate) type Lines<'f> = Box<dyn Fn(&[f64], usize) -> Option<Parabola> + Send + Sync + 'f>;

/// An objective whose view evaluates as a whole, and then tells something else.
pub(crate) struct Twisted<'f> {
    pub(crate) whole: Whole<'f>,
    /// What a trial tells, from its point, the coordinate and the whole evaluation.
    pub(crate) told: Telling<'f>,
    /// What the view tells as the canonical value of a trial.
    pub(crate) canonical: Confirming<'f>,
    /// Called with where the view is and where it should move to.
    pub(crate) accepting: Accepting<'f>,
    pub(crate) line: Lines<'f>,
    /// Called before the view begins anywhere.
    pub(crate) beginning: Box<dyn Fn() + Send + Sync + 'f>,
    pub(crate) blocks: fn() -> Vec<Vec<usize>>,
    pub(crate) has_view: fn() -> bool,
}

impl<'f> Twisted<'f> {
    pub(crate) fn of(whole: impl Fn(&[f64]) -> Told + Send + Sync + 'f) -> Self {
        Twisted {
            whole: Box::new(whole),
            told: Box::new(|_, _, told| told),
            canonical: Box::new(|_| None),
            accepting: Box::new(|_, _| ()),
            line: Box::new(|_, _| None),
            beginning: Box::new(|| ()),
            blocks: Vec::new,
            has_view: || true,
        }
    }

    pub(crate) fn telling(self, told: impl Fn(&[f64], usize, Told) -> Told + Send + Sync + 'f) -> Self {
        Twisted { told: Box::new(told), ..self }
    }

    pub(crate) fn confirming(self, canonical: impl Fn(&[f64]) -> Option<Told> + Send + Sync + 'f) -> Self {
        Twisted { canonical: Box::new(canonical), ..self }
    }

    pub(crate) fn accepting(self, accepting: impl Fn(&[f64], &[f64]) + Send + Sync + 'f) -> Self {
        Twisted { accepting: Box::new(accepting), ..self }
    }

    pub(crate) fn with_lines(
        self,
        line: impl Fn(&[f64], usize) -> Option<Parabola> + Send + Sync + 'f,
    ) -> Self {
        Twisted { line: Box::new(line), ..self }
    }

    pub(crate) fn without_view(self) -> Self {
        Twisted { has_view: || false, ..self }
    }
}

pub(crate) struct TwistedView<'t>(&'t Twisted<'t>, Vec<f64>);

impl Objective for Twisted<'_> {
    fn value(&self, x: &[f64]) -> Told {
        (self.whole)(x)
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        (self.has_view)().then(|| Box::new(TwistedView(self, Vec::new())) as Box<dyn Incremental>)
    }
}

impl Incremental for TwistedView<'_> {
    fn begin(&mut self, x: &[f64]) -> Told {
        (self.0.beginning)();
        self.1 = x.to_vec();
        (self.0.whole)(x)
    }

    fn try_value(&mut self, i: usize, to: f64) -> Told {
        // A panic leaves the view somewhere else.
        let from = std::mem::replace(&mut self.1[i], to);
        let told = (self.0.told)(&self.1, i, (self.0.whole)(&self.1));
        self.1[i] = from;
        told
    }

    fn canonical_value(&mut self, i: usize, to: f64) -> Option<Told> {
        // Here too.
        let from = std::mem::replace(&mut self.1[i], to);
        let told = (self.0.canonical)(&self.1);
        self.1[i] = from;
        told
    }

    fn accept(&mut self, i: usize, to: f64) {
        let mut x = self.1.clone();
        x[i] = to;
        (self.0.accepting)(&self.1, &x);
        self.1 = x;
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        (self.0.line)(&self.1, i)
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        (self.0.blocks)()
    }
}

/// A number in [0, 1) that depends on every bit of the point (FNV-1a).
pub(crate) fn chance(x: &[f64], salt: u64) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt;
    for byte in x.iter().flat_map(|v| v.to_bits().to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    (hash.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A bumpy bowl around points that differ from coordinate to coordinate.
pub(crate) fn bowl(x: &[f64]) -> f64 {
    1.0 + x.iter().enumerate().map(|(i, v)| (v - 0.7 * (i % 5) as f64).powi(2) + v.sin()).sum::<f64>()
}

/// The same in steps: a decrease is none, or larger than what a view may round.
pub(crate) fn steps(x: &[f64]) -> f64 {
    (bowl(x) * 1e6).round() / 1e6
}

/// Fails in every way that there is at a part of all points.
pub(crate) fn failing(x: &[f64], rate: f64, salt: u64, value: Told) -> Told {
    let chance = chance(x, salt);
    match (chance < rate, (chance / rate * 5.0) as u32) {
        (false, _) => value,
        (true, 0) => Err(Failure::Error(format!("no value at {x:?}"))),
        (true, 1) => Ok(f64::NAN),
        (true, 2) => Ok(f64::INFINITY),
        (true, 3) => Ok(f64::NEG_INFINITY),
        // Without the message that a panic prints.
        (true, _) => resume_unwind(Box::new(format!("panic at {x:?}"))),
    }
}

/// The failure that [`failing`] is at a point, if it is one.
pub(crate) fn failure(told: impl FnOnce() -> Told) -> Option<Failure> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(told)) {
        Ok(Ok(value)) if value.is_finite() => None,
        Ok(Ok(value)) => Some(Failure::NotFinite(value)),
        Ok(Err(failure)) => Some(failure),
        Err(payload) => Some(Failure::Panic(payload.downcast_ref::<String>().unwrap().clone())),
    }
}

pub(crate) fn searches() -> Vec<Box<dyn Minimizer>> {
    let classic = [
        Options::default(),
        Options { use_complete_poll: true, poll_order: PollOrder::Success, ..Options::default() },
        Options { poll_order: PollOrder::Random, ..Options::default() },
    ];
    let all = CoordinateOptions::default;
    let coordinate = [
        all(),
        CoordinateOptions { pattern_move: false, parabola_step: false, ..all() },
        CoordinateOptions { restarts: 3, ..all() },
    ];
    let classic = classic.map(|options| Box::new(PatternSearch::new(options).unwrap()) as Box<dyn Minimizer>);
    let coordinate =
        coordinate.map(|options| Box::new(CoordinateSearch::new(options).unwrap()) as Box<dyn Minimizer>);
    classic.into_iter().chain(coordinate).collect()
}

/// All of an outcome but the time, and what threads and views do beside the evaluations.
pub(crate) fn path(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.counts.speculative = 0;
    rest.counts.recomputed = 0;
    format!("{rest:?}")
}

pub(crate) fn minimize(search: &dyn Minimizer, objective: Twisted, start: &[f64], budget: u64) -> Outcome {
    let problem = Problem::of(objective, start.to_vec()).unwrap();
    search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap()
}

/// What an outcome holds whatever the view told.
pub(crate) fn assert_sound(outcome: &Outcome, whole: impl Fn(&[f64]) -> f64, what: &str) {
    assert_eq!(
        outcome.value.to_bits(),
        whole(&outcome.x).to_bits(),
        "{what}: the value is that of the point"
    );
    assert!(outcome.value <= outcome.start_value, "{what}: {} > {}", outcome.value, outcome.start_value);
    for pair in outcome.trace.windows(2) {
        assert!(pair[1].value <= pair[0].value, "{what}: {pair:?}");
    }
    assert!(outcome.value <= outcome.trace.last().unwrap().value, "{what}");
}

/// The noise a view may have, as a part of the value.
pub(crate) fn noisy(x: &[f64], salt: u64, told: Told) -> Told {
    told.map(|value| value * (1.0 + 1e-13 * (2.0 * chance(x, salt) - 1.0)))
}
