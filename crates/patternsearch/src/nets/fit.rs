//! `patternsearch fit`: a net from a table.

use std::fmt::Write as _;
use std::time::Instant;

use mse::{
    EarlyStopping, FitJournal, HeldOut, Modelled, Modelling, Nonnegative, Scores, Size, Training,
    default_sizes, html_report,
};
use netcore::{Choice, Direction, Model, Monotone, Sheet};
use search::{Budget, general};

use super::arguments::{FitArguments, Parameters};
use super::table::text_table;
use crate::exit::{Exit, Trouble};
use crate::interrupt::Interrupts;
use crate::output::{remark, say};

/// Fits, prints what is known of the net, and writes it.
pub(crate) fn fit(arguments: &FitArguments) -> Result<Exit, Trouble> {
    let interrupts = Interrupts::listen()?;
    let began = Instant::now();
    let sheet = Sheet::read(&arguments.file, &arguments.format.format(arguments.text.clone()))?;
    let modelling = modelling(arguments, &interrupts)?;
    let modelled = modelling.run(&sheet)?;
    modelled.model.save(&arguments.out)?;
    if let Some(path) = &arguments.report {
        std::fs::write(path, html_report(&modelled, &sheet)?).map_err(|error| Trouble::file(path, error))?;
    }
    let mut text = report(&modelled, &sheet);
    let _ = writeln!(text, "seconds      {:.3}", began.elapsed().as_secs_f64());
    let _ = writeln!(text, "written      {}", arguments.out.display());
    say(&text)?;
    if looks_like_classes(&modelled.model, &sheet) {
        remark("the target has two values; --classes fits the probability of the larger one\n");
    }
    Ok(if modelled.cancelled { Exit::Stopped } else { Exit::Converged })
}

fn modelling(arguments: &FitArguments, interrupts: &Interrupts) -> Result<Modelling, Trouble> {
    let of = |columns: &[String], direction| {
        let monotone = |feature: &String| Monotone { feature: feature.clone(), direction };
        columns.iter().map(monotone).collect::<Vec<_>>()
    };
    let mut monotone = of(&arguments.increasing, Direction::Increasing);
    monotone.extend(of(&arguments.decreasing, Direction::Decreasing));
    let choice = Choice {
        targets: arguments.target.clone(),
        classes: arguments.classes,
        ignore: arguments.ignore.clone(),
        orders: arguments.order.clone(),
        missing: arguments.missing.into(),
    };
    let journal = |path| if arguments.resume { FitJournal::resume(path) } else { FitJournal::create(path) };
    let budget = Budget { time: arguments.time, ..Budget::unlimited() }.cancelled_by(&interrupts.run);
    let training = Training {
        nets: arguments.nets,
        starts: arguments.starts,
        seed: arguments.seed,
        early_stopping: arguments.early_stopping.then(EarlyStopping::default),
        method: arguments.method.into(),
        iterations: arguments.iterations,
        budget,
        journal: arguments.journal.as_ref().map(journal).transpose()?,
        ..Training::numbers()
    };
    Ok(Modelling {
        weight: arguments.weight.clone(),
        monotone,
        nonnegative: arguments.nonnegative.map(|parameters| match parameters {
            Parameters::Weights => Nonnegative::Weights,
            Parameters::All => Nonnegative::WeightsAndBiases,
        }),
        training,
        loss: arguments.loss.clone(),
        sizes: sizes(arguments),
        folds: arguments.folds,
        test_share: arguments.test,
        ..Modelling::of(choice)
    })
}

/// The default sizes, with what the flags fix.
fn sizes(arguments: &FitArguments) -> Vec<Size> {
    let mut sizes = default_sizes();
    for size in &mut sizes {
        if !arguments.hidden.is_empty() {
            size.hidden = if arguments.hidden == [0] { Vec::new() } else { arguments.hidden.clone() };
        }
        size.penalty = arguments.penalty.unwrap_or(size.penalty);
    }
    let mut different: Vec<Size> = Vec::new();
    sizes.into_iter().for_each(|size| {
        if !different.contains(&size) {
            different.push(size);
        }
    });
    different
}

fn report(modelled: &Modelled, sheet: &Sheet) -> String {
    let Modelled { model, size, candidates, claims, samples, held_out, .. } = modelled;
    let left_out = match sheet.rows() - samples.len() {
        0 => String::new(),
        rows => format!(" ({rows} with missing cells left out)"),
    };
    let mut text = format!("rows         {}{left_out}\n", samples.len());
    let _ = writeln!(text, "features     {}", model.features().row_names().join(", "));
    let classes = match model.answer().classes() {
        [] => String::new(),
        classes => format!(" (classes {})", classes.join(", ")),
    };
    let _ = writeln!(text, "target       {}{classes}", model.answer().targets().join(", "));
    let network = &model.networks()[0];
    let chosen = match candidates.len() {
        0 => String::new(),
        count => format!("; chosen among {count} by cross-validation"),
    };
    let penalty = general(size.penalty, 4);
    let _ = writeln!(
        text,
        "net          {:#}, penalty {penalty}, mean of {}{chosen}",
        network.topology(),
        model.networks().len()
    );
    if let Some(HeldOut { samples, scores, .. }) = held_out {
        let tested = samples.len();
        let _ = writeln!(text, "held out     {tested} rows, on which a net fitted to the others has");
        let _ = writeln!(text, "{scores}");
        if let Scores::Classes { confusion, .. } = scores {
            text +=
                &text_table(model.answer().classes(), confusion.rows().into_iter().map(|row| row.to_vec()));
        }
    }
    for claim in claims {
        let _ = writeln!(text, "monotone     {}", claim.text(model));
    }
    if claims.is_empty() && modelled.has_nonnegative_weights() {
        text += "nonnegative  every weight; the answers are increasing in every input\n";
    }
    text
}

/// Whether a target of numbers has two values only.
fn looks_like_classes(model: &Model, sheet: &Sheet) -> bool {
    let [target] = model.answer().targets() else { return false };
    let Some(netcore::Values::Numbers(numbers)) = sheet.column(target) else { return false };
    let mut values: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    model.answer().classes().is_empty() && values.len() == 2
}
