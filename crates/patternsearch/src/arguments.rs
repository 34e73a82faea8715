//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use search::Run;

use crate::number::{bound, finite, granularity, seconds};

const EXIT_CODES: &str = "\
Exit codes:
  0    converged
  1    the run could not be made, or something of it not be written
  2    wrong flags, options, header or answers
  3    a limit was reached: evaluations, iterations or time
  4    stopped: Ctrl-C, a signal to end, or `stop` or the end of the input of `ask`
  5    the solver could not go on
  6    no evaluation gave a value
  130  ended at once by a third Ctrl-C";

const EXAMPLES: &str = "\
Examples:
  patternsearch run --x0 1,2 --lb 0 -- ./simulate --mesh fine
  patternsearch ask --solver nelder-mead     (then: n 2, x0 1 2, an empty line)
  patternsearch solvers";

const RUN_EXAMPLES: &str = "\
Examples:
  # ./simulate prints the value at the point that its last arguments are
  patternsearch run --x0 1,2 --lb 0,-inf --ub 10 -- ./simulate
  # one process for all evaluations: a line with a point in, a line with its value out
  patternsearch run --x0 1,2 --pass lines --budget 500 -- python3 model.py
  # a long run that can be interrupted, and goes on
  patternsearch run --x0 1,2 --journal run.journal --resume -- ./simulate

The program prints the value as the last line of its output. No number, an exit code other than 0 or no end within
--timeout is a failed evaluation: it is counted, and the search goes on. A program that cannot be started ends the run.

With --pass lines each answer must be flushed: `fflush(stdout)` in C, `flush(stdout)` in Julia and R. In Python a plain
`print` will do: its PYTHONUNBUFFERED is set.

Ctrl-C ends the run after the evaluation under way, with the best point; a second one kills the program and gives that
evaluation up, as the signals TERM and HUP do at once; a third one ends at once. Whatever ends the run, the programs it
has started end with it.

Where standard error is no terminal, a line there says now and then how far the run is.";

const ASK_EXAMPLES: &str = "\
The dialogue, > for what is read from standard input, < for what is written to standard output:
  > n 2              number of variables
  > x0 1 2           the start
  > lb 0 -inf        lower bounds (optional)
  > ub 10 inf        upper bounds (optional)
  > granularity 1 0  1 for an integer, 0.5 for halves, 0 for a continuous variable (optional)
  > budget 400       most evaluations (optional)
  > seed 0           of a solver with random numbers (optional)
  >                  an empty line ends the header, whose lines may have any order
  < 1.0 2.0          a point
  > 5.25             its value; or `error` and a text, `nan` or `inf` for a failed evaluation; or `stop`
  < 2.0 2.0          the next point
  > ...
  < done             the last line

Each line is written at once, and is to be answered at once: flush yours. `nan`, `inf`, `None`, `null` and the like are
failed evaluations as well; what is no number in any language ends the run. A summary goes to standard error.

Ctrl-C ends the run after the answer that is waited for, a second one without it, as the signals TERM and HUP do at once.

Example:
  printf 'n 1\\nx0 4\\n\\nstop\\n' | patternsearch ask";

const SOLVERS_EXAMPLE: &str = "\
What is not set is a limit that there is not, or one by the number n of variables: 2000 n evaluations, 100 n iterations.

Example:
  patternsearch solvers
  echo 'initial_step = 0.1' > options.toml
  patternsearch run --x0 1,2 --solver nelder-mead --options options.toml -- ./simulate";

/// Derivative-free optimization within bounds, MATLAB's patternsearch and other solvers, from the command line.
#[derive(Parser)]
#[command(version, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Minimize an executable
    #[command(after_help = format!("{RUN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Run(Box<RunArguments>),
    /// Say which points to evaluate, and be told their values, over standard input and output
    #[command(after_help = format!("{ASK_EXAMPLES}\n\n{EXIT_CODES}"))]
    Ask(AskArguments),
    /// List the solvers, their options and the defaults, as they may stand in a TOML file for --options
    #[command(after_help = SOLVERS_EXAMPLE)]
    Solvers,
}

#[derive(Args)]
pub(crate) struct RunArguments {
    /// The start: one number per variable
    #[arg(long, visible_alias = "start", value_name = "NUMBERS", required = true, value_parser = finite)]
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
    /// What a variable is a multiple of: 1 for an integer, 0.5 for halves, 0 for a continuous one; one number per
    /// variable, or one for all
    #[arg(long, value_name = "NUMBERS", value_parser = granularity, value_delimiter = ',')]
    #[arg(allow_hyphen_values = true)]
    pub(crate) granularity: Vec<f64>,
    #[command(flatten)]
    pub(crate) solver: SolverArguments,
    /// Most evaluations; the limits in the solver's own options hold as well
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget: Option<u64>,
    /// Longest time in seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time: Option<Duration>,
    /// Seed of a solver with random numbers
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Evaluations at once; the result is the same on any number
    #[arg(long, default_value_t = 1, value_parser = threads)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
    /// How the program gets the point
    #[arg(long, value_enum, default_value_t = Passing::Arguments)]
    pub(crate) pass: Passing,
    /// Longest time in seconds for one evaluation
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// What to print while running [default: off, or what --options says]
    #[arg(long, value_enum)]
    pub(crate) display: Option<Shown>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Write one line per iteration
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) history: Option<PathBuf>,
    /// Draw best value and mesh size over the iterations
    #[cfg(feature = "plot")]
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
    /// The program to minimize, and its first arguments
    // What looks like a flag is none of the program's before the program has been named.
    #[arg(required = true, trailing_var_arg = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct AskArguments {
    #[command(flatten)]
    pub(crate) solver: SolverArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

#[derive(Args)]
pub(crate) struct SolverArguments {
    /// Which solver
    #[arg(long, value_name = "NAME", default_value = "patternsearch")]
    #[arg(value_parser = PossibleValuesParser::new(search::solver_names()))]
    pub(crate) solver: String,
    /// Searches from so many starts, the first yours, the others in the bounds by the seed; the best point of all counts
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) starts: u64,
    /// File with the solver's options (`patternsearch solvers` lists them), JSON or TOML by its ending; the pattern
    /// search also knows MATLAB's spellings
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct JournalArguments {
    /// Record every evaluation here, so that a run that was stopped can go on
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Go on from what the journal holds, if there is one
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,
    /// Cut the journal where it is damaged, with all records behind; they are kept in a file beside it. What a kill has torn is cut
    /// off anyhow
    #[arg(long, requires = "resume")]
    pub(crate) cut_journal: bool,
    /// The most work in seconds that a kill may cost
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, requires = "journal")]
    pub(crate) flush_interval: Duration,
}

/// How the program gets the point.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Passing {
    /// As its last arguments, one per variable
    Arguments,
    /// In a file of one line, whose path is the last argument
    File,
    /// Line by line on standard input, one process for all evaluations
    Lines,
}

/// What to print while running.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Shown {
    /// Nothing
    Off,
    /// Why it ended
    Final,
    /// One line per iteration, MATLAB's
    Iter,
}

/// How to print the result.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with advice
    Text,
    /// One object on standard output, everything else on standard error
    Json,
}

fn threads(text: &str) -> Result<usize, String> {
    let most = Run::MOST_THREADS;
    let count = text.parse().ok().filter(|count| (1..=most).contains(count));
    count.ok_or_else(|| format!("expected a whole number from 1 to {most}"))
}
