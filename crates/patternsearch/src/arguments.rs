//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use search::Run;

use crate::number::{bound, finite, granularity, seconds};

const EXIT_CODES: &str = "\
Exit codes:
  0    converged
  1    the run could not be carried out, or its output not be written
  2    invalid flags, options, header or answers
  3    a limit was reached: evaluations, iterations or time
  4    stopped: by Ctrl-C, by a signal, or in `ask` by `stop` or the end of the input
  5    the solver could not continue, or found no feasible point
  6    no evaluation gave a value
  130  ended immediately by a third Ctrl-C";

const EXAMPLES: &str = "\
Examples:
  patternsearch run --x0 1,2 --lb 0 -- ./simulate --mesh fine
  patternsearch ask --solver nelder-mead     (then: n 2, x0 1 2, an empty line)
  patternsearch solvers";

const RUN_EXAMPLES: &str = "\
Examples:
  # ./simulate prints the value at the point given by its last arguments
  patternsearch run --x0 1,2 --lb 0,-inf --ub 10 -- ./simulate
  # one process for all evaluations, which reads a point and prints its value, line by line
  patternsearch run --x0 1,2 --pass lines --budget 500 -- python3 model.py
  # a long run that can be interrupted and resumed
  patternsearch run --x0 1,2 --journal run.journal --resume -- ./simulate
  # ./simulate prints three numbers: the value, and two constraints that are to be at most 0
  patternsearch run --x0 1,2 --linear 'x1 + x2 <= 4' --constraints 2 -- ./simulate
  # all of it in a file
  patternsearch check problem.toml && patternsearch run problem.toml --workers 4

The program prints the value as the last line of its output. An evaluation fails if there is no number, if the exit
code is not 0, or if it exceeds --timeout. The search then continues. A program that cannot be started ends the run.

With --pass lines the program must flush each answer: `fflush(stdout)` in C, `flush(stdout)` in Julia and R. In Python
a plain `print` is enough, because PYTHONUNBUFFERED is set.

Ctrl-C ends the run after the current evaluation and prints the best point. A second Ctrl-C, or a signal TERM or HUP,
kills the program and abandons that evaluation. A third Ctrl-C ends everything immediately. In all cases the programs
that the run has started end with it.

If standard error is not a terminal, the progress of the run is printed there from time to time.";

const ASK_EXAMPLES: &str = "\
The dialogue, where > marks lines of standard input and < lines of standard output:
  > n 2              number of variables
  > x0 1 2           start point
  > lb 0 -inf        lower bounds (optional)
  > ub 10 inf        upper bounds (optional)
  > granularity 1 0  1 for an integer, 0.5 for halves, 0 for a continuous variable (optional)
  > budget 400       maximum number of evaluations (optional)
  > seed 0           seed of the random numbers (optional)
  > batch 8          points that the solver asks for at once (optional)
  > asynchronous on  go on with the values that have arrived (optional)
  >                  an empty line ends the header; its lines may be in any order
  < 1.0 2.0          a point
  > 5.25             its value; `error` and a text, `nan` or `inf` for a failed evaluation; or `stop`
  < 2.0 2.0          the next point
  > ...
  < done             the last line

Every line is flushed; flush your answers too. `None`, `null`, `NA` and similar words are failed evaluations as well;
an answer that cannot be read ends the run. A summary is printed to standard error.

Ctrl-C ends the run after the next answer. A second Ctrl-C, or a signal TERM or HUP, ends it without that answer.

Example:
  printf 'n 1\\nx0 4\\n\\nstop\\n' | patternsearch ask";

const SOLVERS_EXAMPLE: &str = "\
`not set` means no limit, or a default for n variables: 2000 n evaluations, 100 n iterations.

Example:
  patternsearch solvers
  echo 'initial_step = 0.1' > options.toml
  patternsearch run --x0 1,2 --solver nelder-mead --options options.toml -- ./simulate";

/// Derivative-free optimization with bounds by MATLAB's patternsearch and other solvers, and nets for tables,
/// from the command line.
#[derive(Parser)]
#[command(version, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line. Flags may stand behind a problem file; behind a program they are the program's.
    pub(crate) fn of_command_line() -> Self {
        let parsed = Arguments::parse();
        let Command::Run(run) = &parsed.command else { return parsed };
        match run.program.as_slice() {
            [file, flags @ ..]
                if run.x0.is_empty() && is_problem_file(Path::new(file)) && !flags.is_empty() =>
            {
                let mut all: Vec<OsString> = std::env::args_os().collect();
                all.truncate(all.len() - run.program.len());
                all.extend(flags.iter().chain([file]).cloned());
                Arguments::parse_from(all)
            }
            _ => parsed,
        }
    }
}

/// Whether a name is that of a problem file, by its ending.
pub(crate) fn is_problem_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml" || ending == "json")
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Minimize the value that a program prints
    #[command(after_help = format!("{RUN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Run(Box<RunArguments>),
    /// Write points to standard output, and read their values from standard input
    #[command(after_help = format!("{ASK_EXAMPLES}\n\n{EXIT_CODES}"))]
    Ask(AskArguments),
    /// Say what a problem file means, and evaluate its start once
    Check(FileArgument),
    /// Print the evaluations in a journal as CSV
    Journal(PrintArguments),
    /// Fit a net to a table: by column increasing or decreasing, proved; or with nonnegative weights
    #[cfg(feature = "nets")]
    #[command(after_help = crate::nets::arguments::FIT_EXAMPLES)]
    Fit(Box<crate::nets::arguments::FitArguments>),
    /// Answer the rows of a table by a fitted net
    #[cfg(feature = "nets")]
    #[command(after_help = crate::nets::arguments::PREDICT_EXAMPLES)]
    Predict(crate::nets::arguments::PredictArguments),
    /// Write a fitted net as an ONNX file, which other programs run
    #[cfg(feature = "nets")]
    #[command(after_help = crate::nets::arguments::EXPORT_EXAMPLE)]
    Export(crate::nets::arguments::ExportArguments),
    /// List the solvers and their options with defaults, in the format of a TOML file for --options
    #[command(after_help = SOLVERS_EXAMPLE)]
    Solvers,
}

#[derive(Args)]
pub(crate) struct RunArguments {
    /// Start point: one number per variable; without it, PROGRAM is a problem file
    #[arg(long, visible_alias = "start", value_name = "NUMBERS", value_parser = finite)]
    #[arg(value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) x0: Vec<f64>,
    /// Lower bounds: one number per variable, or one for all; `-inf` for none
    #[arg(long, visible_alias = "lower", value_name = "NUMBERS", value_parser = bound)]
    #[arg(value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) lb: Vec<f64>,
    /// Upper bounds; `inf` for none
    #[arg(long, visible_alias = "upper", value_name = "NUMBERS", value_parser = bound)]
    #[arg(value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) ub: Vec<f64>,
    /// Step of which a variable is a multiple: 1 for an integer, 0.5 for halves, 0 for a continuous variable;
    /// one number per variable, or one for all
    #[arg(long, value_name = "NUMBERS", value_parser = granularity, value_delimiter = ',')]
    #[arg(allow_hyphen_values = true)]
    pub(crate) granularity: Vec<f64>,
    /// Linear constraint such as `x1 + 2 x2 <= 1`, with <=, >= or =; may be given several times. Variables count from
    /// x1, or from x0 if a constraint names it
    #[arg(long, value_name = "RELATION", allow_hyphen_values = true)]
    pub(crate) linear: Vec<String>,
    /// Number of values c(x), to be at most 0, that the program prints after the objective, on the same line
    #[arg(long, value_name = "COUNT")]
    pub(crate) constraints: Option<usize>,
    /// Number of values ceq(x), to be 0, that it prints after these
    #[arg(long, value_name = "COUNT")]
    pub(crate) equalities: Option<usize>,
    /// Number of residuals that it prints in place of the objective; the sum of their squares is minimized
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) residuals: Option<u64>,
    /// Standard deviations of the residuals: one for each, or one for all [default: 1]
    #[arg(long, value_name = "NUMBERS", value_parser = finite, value_delimiter = ',', requires = "residuals")]
    pub(crate) sigma: Vec<f64>,
    /// How the value comes from the residuals: a robust loss bounds the influence of outliers [default: squares]
    #[arg(long, value_enum, requires = "residuals")]
    pub(crate) loss: Option<Loss>,
    /// Size of a residual, in standard deviations, from which a robust loss counts it less than its square [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = finite, requires = "loss")]
    pub(crate) loss_scale: Option<f64>,
    /// Points whose values are known: a .csv file with the columns of --history, or the journal of another run of
    /// this program. The best of them is the start, and none is evaluated again; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Vec<PathBuf>,
    /// Points of a neighbouring problem, such as the same program at another setting, in files like those of --table.
    /// They show `hybrid`, and `automatic` where it chooses that, where to begin and the slopes of residuals; their values
    /// are not believed. Other solvers refuse them. May be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) hint: Vec<PathBuf>,
    /// After convergence, move each variable by ± STEP of its magnitude, at most 2n evaluations, and print slopes and
    /// curvatures; of residuals standard errors and 95 % confidence intervals. STEP is 6e-6 by default; noise needs more
    #[arg(long, value_name = "STEP", value_parser = finite, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "6.055454452393343e-6")]
    pub(crate) uncertainty: Option<f64>,
    #[command(flatten)]
    pub(crate) solver: SolverArguments,
    /// Maximum number of evaluations, in addition to the limits in the solver's options
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget: Option<u64>,
    /// Time limit in seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time: Option<Duration>,
    /// Seed of the random numbers, for solvers that use them
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Number of evaluations at a time; it does not change the result [default: 1]
    #[arg(long, visible_alias = "workers", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
    /// How the program receives the point [default: arguments]
    #[arg(long, value_enum)]
    pub(crate) pass: Option<Passing>,
    /// Time limit in seconds for each evaluation
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// What to print during the run [default: off, or the display set in --options]
    #[arg(long, value_enum)]
    pub(crate) display: Option<Shown>,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    /// The program, and its arguments before those of the point; or a problem file (.toml, .json) alone
    // Flags before the name of the program are ours.
    #[arg(required = true, trailing_var_arg = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<OsString>,
}

/// What is left of a run.
#[derive(Args)]
pub(crate) struct ReportArguments {
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Write one line per evaluation: value, point, constraints, failure, worker, seconds
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) history: Option<PathBuf>,
    /// Write one line per iteration
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) trace: Option<PathBuf>,
    /// Plot best value and mesh size over the iterations
    #[cfg(feature = "plot")]
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct FileArgument {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Args)]
pub(crate) struct PrintArguments {
    /// The journal
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Problem file with the names of the variables [default: x1, x2, ...]
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) problem: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct AskArguments {
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    #[command(flatten)]
    pub(crate) solver: SolverArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
    /// Points of a neighbouring problem, as for `run`
    #[arg(long, value_name = "FILE")]
    pub(crate) hint: Vec<PathBuf>,
    /// What to print on standard error during the run [default: off, or the display set in --options]
    #[arg(long, value_enum)]
    pub(crate) display: Option<Shown>,
}

#[derive(Args)]
pub(crate) struct SolverArguments {
    /// Name of the solver [default: patternsearch]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = PossibleValuesParser::new(search::solver_names()))]
    pub(crate) solver: Option<String>,
    /// Number of searches: the first from --x0, the others from points within the bounds drawn by the seed;
    /// the best result counts [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) starts: Option<u64>,
    /// Number of points that the solver asks for at once, for as many workers: an option of hybrid, coordinate,
    /// quasi-newton and automatic, which changes the path of the search [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) batch: Option<u64>,
    /// Go on with the values of a batch that have arrived, instead of waiting for the slowest: an option of hybrid, and
    /// of automatic where it chooses hybrid. The path then depends on the order of arrival, which the journal records
    #[arg(long)]
    pub(crate) asynchronous: bool,
    /// File with the solver's options (listed by `patternsearch solvers`), with the extension .json or .toml;
    /// the pattern search also accepts MATLAB's spellings
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct JournalArguments {
    /// Record every evaluation in this file, so that a stopped run can be resumed
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Resume from the journal, if it exists
    #[arg(long)]
    pub(crate) resume: bool,
    /// Cut the journal at the first damaged record; what follows is kept in another file. An incomplete last
    /// record is always cut off
    #[arg(long, requires = "resume")]
    pub(crate) cut_journal: bool,
    /// Seconds of work that may be lost if the process is killed
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) flush_interval: Duration,
}

/// How the program receives the point.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Passing {
    /// As its last arguments, one per variable
    Arguments,
    /// In a file of one line, whose path is the last argument
    File,
    /// As lines on standard input of one process for all evaluations
    Lines,
}

/// The loss of the residuals.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Loss {
    /// The square
    Squares,
    /// The square, and linear beyond the scale
    Huber,
    /// 2 (sqrt(1 + square) - 1)
    SoftL1,
    /// ln(1 + square)
    Cauchy,
    /// The sum of the magnitudes
    L1,
    /// The largest residual
    Minimax,
    /// The largest magnitude
    Chebyshev,
}

/// What to print during the run.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Shown {
    /// Nothing
    Off,
    /// Why the run ended
    Final,
    /// One line per iteration, as in MATLAB
    Iter,
}

/// How to print the result.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Readable text, with advice
    Text,
    /// One JSON object on standard output, everything else on standard error
    Json,
}

fn threads(text: &str) -> Result<usize, String> {
    let most = Run::MOST_THREADS;
    let count = text.parse().ok().filter(|count| (1..=most).contains(count));
    count.ok_or_else(|| format!("expected a whole number from 1 to {most}"))
}
