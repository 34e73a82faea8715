//! The speed of one weight at a time: processor times side by side in one run, within a minute.
//!
//! ```text
//! cargo run --release --example speed
//! ```

use std::cell::RefCell;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use cpu_time::ProcessTime;
use mse::MeanSquaredError;
use ndarray::{Array2, Axis};
use netcore::{LayerParameters, Network, Table, Target, Transfer, unflatten};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::pattern::Options;
use search::{Bounds, Budget, Minimizer, Objective, PatternSearch, Problem};

/// Each is measured this often, in turn with the others; the least time counts.
const ROUNDS: usize = 60;

/// The number of whole runs, also in turn.
const RUNS: usize = 10;

/// The steps of the trials, all in turn.
const STEPS: [f64; 4] = [0.5, 0.25, 0.125, 0.0625];

fn main() -> Result<(), Box<dyn Error>> {
    println!("instructions: {}\n", netcore::instructions());
    let mut passes = table(&[
        "net",
        "weights",
        "ndarray pass",
        "full pass",
        "",
        "trial",
        "",
        "hidden weight",
        "its limit",
    ]);
    for (name, hidden) in [("iris", 4), ("wine", 6), ("breast_cancer", 8), ("digits", 32)] {
        passes.add_row(Case::new(name, hidden)?.row());
    }
    println!("{passes}\n");
    println!(
        "Processor times, the least of {ROUNDS}, in turn. A trial is the error with one weight changed, averaged over all weights,\n\
         both ways, steps {STEPS:?}. The limit of a hidden weight's trial is half a division per sample, one for\n\
         both ways: the time that `netinv` (1/n) takes on a row, halved. x: the ndarray pass over this time.\n"
    );

    let mut runs = table(&[
        "classic on iris, weights in [0, 1e10]",
        "ndarray pass",
        "one weight at a time",
        "",
        "evaluations",
    ]);
    for (what, iterations) in [("100 iterations", 100), ("to convergence", 5000)] {
        runs.add_row(classic(what, iterations)?);
    }
    println!("{runs}\n");
    println!(
        "Sums over seeds 1 to 10 of the least time of {RUNS}, in turn, each the mean of what runs in a row fit into 2 ms (one of the\n\
         ndarray pass). Near-ties make the two take different paths, so times are per evaluation too."
    );
    Ok(())
}

fn table(header: &[&str]) -> TextTable {
    let mut table = TextTable::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(header.to_vec());
    table
}

fn read(name: &str, hidden: usize) -> Result<(Table, Network), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(format!("{name}.csv"));
    let target = if name == "digits" { Target::last().as_classes() } else { Target::last() };
    let table = Table::read(path, &target)?;
    let network = Network::feedforward(&[hidden], table.inputs(), table.targets())?;
    Ok((table, network))
}

/// A straightforward forward pass and error with ndarray.
struct Baseline {
    /// Scaled, inputs × samples.
    inputs: Array2<f64>,
    targets: Array2<f64>,
    network: Network,
}

impl Baseline {
    fn new(table: &Table, network: &Network) -> Result<Self, Box<dyn Error>> {
        let inputs = network.input_scaling().apply(table.inputs())?;
        Ok(Baseline { inputs, targets: table.targets().clone(), network: network.clone() })
    }

    fn error(&self, layers: &[LayerParameters]) -> f64 {
        let [first, second] = layers else { unreachable!("one hidden layer") };
        let hidden =
            (first.weights.dot(&self.inputs) + first.biases.view().insert_axis(Axis(1))).mapv(f64::tanh);
        let mut outputs = second.weights.dot(&hidden) + second.biases.view().insert_axis(Axis(1));
        self.network.output_scaling().min_max().reverse_in_place(outputs.view_mut());
        outputs -= &self.targets;
        outputs.mapv(|e| e * e).mean().unwrap_or(f64::NAN)
    }
}

struct Case {
    name: String,
    baseline: Baseline,
    error: MeanSquaredError,
    x: Vec<f64>,
    samples: usize,
}

impl Case {
    fn new(name: &str, hidden: usize) -> Result<Self, Box<dyn Error>> {
        let (table, network) = read(name, hidden)?;
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        let x =
            (0..network.topology().parameter_count()).map(|_| generator.random_range(-0.5..0.5)).collect();
        Ok(Case {
            name: format!("{name} {}", network.topology()),
            baseline: Baseline::new(&table, &network)?,
            error: MeanSquaredError::new(&network, table.inputs(), table.targets())?,
            x,
            samples: table.samples(),
        })
    }

    fn row(&self) -> Vec<String> {
        let x = &self.x;
        let layers = unflatten(self.baseline.network.topology(), x).expect("the right length");
        let mut view = self.error.incremental().expect("it has one");
        view.begin(x).expect("a number");
        let order = view.blocks().concat();
        let hidden = order.iter().filter(|&&i| view.line(i).is_none()).count();

        let view = RefCell::new(view);
        let trials = |weights: &[usize]| {
            let (mut view, mut sum) = (view.borrow_mut(), 0.0);
            for step in STEPS {
                for &i in weights {
                    sum += view.try_value(i, x[i] + step).expect("a number");
                    sum += view.try_value(i, x[i] - step).expect("a number");
                }
            }
            sum
        };
        let mut inverses = vec![3.0; self.samples];
        let [pass, full, all, swept, division] = least_times(
            ROUNDS,
            [
                &mut || self.baseline.error(black_box(&layers)),
                &mut || self.error.value(black_box(x)).expect("a number"),
                &mut || trials(&order),
                &mut || trials(&order[..hidden]),
                &mut || {
                    (0..64).for_each(|_| Transfer::Netinv.apply_to_unit(black_box(&mut inverses)));
                    inverses[0]
                },
            ],
        );
        let per_trial = |time: f64, weights: usize| time / (2 * STEPS.len() * weights) as f64;
        let (trial, swept) = (per_trial(all, x.len()), per_trial(swept, hidden));
        let times = |time: f64| format!("{:.0}x", pass / time);
        vec![
            self.name.clone(),
            x.len().to_string(),
            duration(pass),
            duration(full),
            format!("{:.1}x", pass / full),
            duration(trial),
            times(trial),
            duration(swept),
            format!(
                "{} (a trial takes {:.1} times that)",
                duration(division / 128.0),
                swept / (division / 128.0)
            ),
        ]
    }
}

/// The least processor time of each in seconds, over this many measured in turn.
fn least_times<const K: usize>(rounds: usize, mut work: [&mut dyn FnMut() -> f64; K]) -> [f64; K] {
    let mut least = [f64::INFINITY; K];
    for _ in 0..rounds {
        for (least, work) in least.iter_mut().zip(&mut work) {
            // Repeated often enough to be measured: about two milliseconds.
            let once = time(&mut *work, 1);
            let repeats = (2e-3 / once).ceil().clamp(1.0, 10_000.0) as usize;
            *least = least.min(time(&mut *work, repeats));
        }
    }
    least
}

fn time(work: &mut dyn FnMut() -> f64, repeats: usize) -> f64 {
    let began = ProcessTime::now();
    for _ in 0..repeats {
        black_box(work());
    }
    began.elapsed().as_secs_f64() / repeats as f64
}

fn duration(seconds: f64) -> String {
    if seconds < 1e-6 {
        format!("{:.1} ns", seconds * 1e9)
    } else if seconds < 1e-3 {
        format!("{:.2} us", seconds * 1e6)
    } else {
        format!("{:.2} ms", seconds * 1e3)
    }
}

/// Whole runs of MATLAB's algorithm, on the baseline and one weight at a time.
fn classic(what: &str, iterations: u64) -> Result<Vec<String>, Box<dyn Error>> {
    let (table, network) = read("iris", 4)?;
    let baseline = Baseline::new(&table, &network)?;
    let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets())?);
    let search = PatternSearch::new(Options { max_iterations: Some(iterations), ..Options::default() })?;
    let pass = |x: &[f64]| unflatten(network.topology(), x).map(|layers| baseline.error(&layers));
    let (mut times, mut evaluations) = ([0.0; 2], [0; 2]);
    for seed in 1..=10 {
        let start = mse::recipe_start(network.topology(), seed);
        let bounds = Bounds::uniform(start.len(), 0.0, 1e10)?;
        let problems = [
            Problem::new(pass, start.clone())?.bounded(bounds.clone())?,
            Problem::shared(Arc::clone(&error) as Arc<dyn Objective>, start)?.bounded(bounds)?,
        ];
        let run = |k: usize| search.minimize(&problems[k], &Budget::unlimited(), &mut ());
        for (k, count) in evaluations.iter_mut().enumerate() {
            *count += run(k)?.counts.evaluations;
        }
        let value = |k: usize| run(k).map_or(f64::NAN, |outcome| outcome.value);
        let least = least_times(RUNS, [&mut || value(0), &mut || value(1)]);
        times.iter_mut().zip(least).for_each(|(time, least)| *time += least);
    }
    let each = |k: usize| times[k] / evaluations[k] as f64;
    let told = |k: usize| format!("{}, {} each", duration(times[k]), duration(each(k)));
    Ok(vec![
        what.to_owned(),
        told(0),
        told(1),
        format!("{:.0}x, {:.0}x each", times[0] / times[1], each(0) / each(1)),
        format!("{} / {}", evaluations[0], evaluations[1]),
    ])
}
