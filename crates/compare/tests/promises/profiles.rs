//! Profiles against established Python packages: `profiles.json` is what `scripts/check_profiles.py` prints (SciPy 1.17.1,
//! perfprof 0.2).

use compare::analysis::{
    Floor, History, Results, area, data_profile, digits, log_ratio_bands, log_ratios, performance_profile,
    runtime_distribution,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Check {
    solvers: Vec<String>,
    budget: f64,
    grid: Vec<f64>,
    instances: Vec<Instance>,
    tables: Vec<Table>,
    runtimes: Vec<Vec<f64>>,
    digits_after_10: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Instance {
    problem: String,
    seed: u64,
    n: usize,
    histories: Vec<Vec<(u64, f64)>>,
}

#[derive(Deserialize)]
struct Table {
    tolerance: f64,
    data: Vec<Vec<f64>>,
    performance: Vec<Vec<(f64, f64)>>,
    area: Vec<f64>,
    ratios: Vec<f64>,
    ratio_bands: Vec<[f64; 4]>,
}

#[track_caller]
fn close(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() < 1e-12, "{ours}, by Python {theirs}");
}

#[test]
fn profiles_are_those_of_scipy_and_perfprof() {
    let check: Check = serde_json::from_str(include_str!("profiles.json")).unwrap();
    let history = |instance: &Instance, solver: usize| History {
        problem: instance.problem.clone(),
        solver: check.solvers[solver].clone(),
        seed: instance.seed,
        dimension: instance.n,
        values: instance.histories[solver].clone(),
    };
    let all = [0, 1, 2];
    let histories: Vec<History> =
        check.instances.iter().flat_map(|instance| all.map(|solver| history(instance, solver))).collect();
    let results = Results::of(&histories);
    let floor = Floor::of_results(&results);
    assert_eq!((results.instances.len(), &results.solvers), (24, &check.solvers));

    let mut solved_all = Vec::new();
    for table in &check.tables {
        let solved = results.solved(table.tolerance, &floor);
        for solver in all {
            let data = data_profile(&solved, solver);
            for (&alpha, &part) in check.grid.iter().zip(&table.data[solver]) {
                close(data.at(alpha), part);
            }
            let performance = performance_profile(&solved, solver, &all);
            for &(ratio, part) in &table.performance[solver] {
                close(performance.at(ratio), part);
            }
            close(area(&solved, solver, check.budget), table.area[solver]);
        }
        let bars = log_ratios(&solved, 0, 1);
        let bands = log_ratio_bands(&solved, &results.problems(), 0, 1, 1);
        assert_eq!(bands.iter().map(|band| band.value).collect::<Vec<_>>(), bars);
        assert_eq!(bands.len(), table.ratio_bands.len());
        for (band, &[outer_low, inner_low, inner_high, outer_high]) in bands.iter().zip(&table.ratio_bands) {
            // Percentiles of a thousand draws are within three standard deviations, 1.5 %, of those at 2.5 and 97.5 %:
            // between those of SciPy at 98 and 92 %.
            let within = |at: f64, from: f64, to: f64| from - 1e-12 <= at && at <= to + 1e-12;
            let (low, high) = band.ends.unwrap();
            assert!(within(low, outer_low, inner_low), "{band:?}, by SciPy {outer_low} to {inner_low}");
            assert!(within(high, inner_high, outer_high), "{band:?}, by SciPy {inner_high} to {outer_high}");
        }
        let longest = table.ratios.iter().map(|ratio| ratio.abs()).fold(0.0, f64::max);
        let both: Vec<f64> = bars.into_iter().filter(|bar| bar.abs() <= longest + 1e-9).collect();
        assert_eq!(both.len(), table.ratios.len());
        both.iter().zip(&table.ratios).for_each(|(&ours, &theirs)| close(ours, theirs));
        solved_all.push(solved);
    }
    for solver in all {
        let runtimes = runtime_distribution(&solved_all, solver);
        for (&alpha, &part) in check.grid.iter().zip(&check.runtimes[solver]) {
            close(runtimes.at(alpha), part);
        }
    }
    for (instance, theirs) in results.instances.iter().zip(&check.digits_after_10) {
        for solver in all {
            assert!((digits(instance, solver, &floor, 10.0) - theirs[solver]).abs() < 1e-9);
        }
    }
}
