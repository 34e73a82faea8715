//! What the program promises: one module for each subject.

mod ask;
mod help;
#[cfg(feature = "nets")]
mod nets;
mod problem_files;
mod process;
mod run;
mod signals;
mod stopped_and_resumed;
