//! What the program promises: one module for each subject.

mod ask;
mod help;
mod problem_files;
mod process;
mod run;
mod signals;
mod stopped_and_resumed;
