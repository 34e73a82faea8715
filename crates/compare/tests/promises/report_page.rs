//! The HTML report in a real browser: nothing fails, plots are drawn, switches work, and the curves are those of
//! `analysis`.
//!
//! Needs Chromium: `CHROMIUM` names it where it is not on the search path. Without one the test says so and passes, but not
//! where `CHROMIUM_REQUIRED` is set, as in CI.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use compare::analysis::{
    Cost, Curve, cost_profile, data_profile, log_ratio_bands, performance_profile, runtime_distribution,
};
use compare::report::{SuiteSummary, TOLERANCES, html, summarize};
use compare::study::{Shard, Store, Study, solvers};
use compare::{Case, suites};
use search::{LinearConstraints, Problem};
use serde_json::{Value, json};

/// Hears of every error, before the page's own script.
const LISTENER: &str = "<script>
  window.errors = [];
  addEventListener('error', (event) => errors.push(String(event.message)));
  for (const kind of ['error', 'warn']) console[kind] = (...words) => errors.push(words.join(' '));
  function write(seen) {
    const result = document.createElement('pre');
    result.id = 'seen';
    result.textContent = JSON.stringify({ ...seen, errors });
    document.body.append(result);
  }
</script>";

/// Uses the page as a reader would, and writes down what there was to see.
const READER: &str = "<script>{
  const seen = {};
  const curves = (id) => [...document.querySelectorAll(`#${id} path.curve`)].map((path) => path.getAttribute('d'));
  const click = (element) => element.click();
  const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
  seen.figures = Object.fromEntries(['data', 'performance', 'runtime'].map((id) => [id, curves(id)]));
  const ratioBandDrawn = () => document.querySelector('#ratio polygon.band').getAttribute('points');
  seen.bars = document.querySelectorAll('#ratio rect').length;
  seen.areas = document.querySelectorAll('#area circle').length;
  seen.labels = [...document.querySelectorAll('.plot svg')].map((svg) => svg.getAttribute('aria-label'));
  seen.rows = texts('#figures tbody tr').length;
  seen.lost = texts('#lost tbody tr').length;
  seen.numbers = [0.00013, 1.3e-6, 0.0123456, null].map(microseconds);
  seen.manifest = document.getElementById('manifest').textContent;
  seen.width = [document.documentElement.scrollWidth, innerWidth];

  click(document.querySelectorAll('#tolerance input')[3]);
  seen.finer = curves('data');
  const suites = document.getElementById('suite');
  suites.value = 1;
  suites.dispatchEvent(new Event('change'));
  seen.otherSuite = curves('data');
  seen.about = document.getElementById('about').textContent;
  click(document.querySelector('#chips input'));
  seen.oneLess = curves('data');
  click(document.getElementById('none'));
  seen.none = curves('data');
  click(document.getElementById('all'));
  seen.all = curves('data');
  const second = document.getElementById('second');
  const before = document.querySelector('#ratio svg').getAttribute('aria-label');
  const bandBefore = ratioBandDrawn();
  second.value = second.options[2].value;
  second.dispatchEvent(new Event('change'));
  seen.pairs = [before, document.querySelector('#ratio svg').getAttribute('aria-label')];
  const finer = ratioBandDrawn();
  click(document.querySelectorAll('#tolerance input')[0]);
  seen.ratioBands = [bandBefore, finer, ratioBandDrawn()];
  second.value = document.getElementById('first').value;
  second.dispatchEvent(new Event('change'));
  seen.withItself = ratioBandDrawn();
  second.value = second.options[2].value;
  second.dispatchEvent(new Event('change'));
  const bars = document.querySelector('#ratio .plot');
  const box = bars.getBoundingClientRect();
  bars.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 50, pointerType: 'mouse' }));
  seen.barReadout = document.querySelector('#ratio .readout').textContent;

  const plot = document.querySelector('#data .plot');
  const { left, top, width } = plot.getBoundingClientRect();
  plot.dispatchEvent(new PointerEvent('pointermove', { clientX: left + width / 2, clientY: top + 50, pointerType: 'mouse' }));
  seen.readout = document.querySelector('#data .readout').textContent;
  plot.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
  seen.readoutByKey = document.querySelector('#data .readout').textContent;
  const cost = document.getElementById('cost');
  const choose = (words) => { cost.value = words; cost.dispatchEvent(new Event('change')); };
  seen.costs = ['seconds', 'rounds'].map((words) => {
    choose(words);
    plot.dispatchEvent(new PointerEvent('pointermove', { clientX: left + width / 2, clientY: top + 50, pointerType: 'mouse' }));
    return [curves('data'), document.querySelector('#data .readout').textContent];
  });
  choose('simplex gradients');
  document.querySelector('.chip').dispatchEvent(new PointerEvent('pointerenter', { pointerType: 'mouse' }));
  seen.bands = ['data', 'performance', 'runtime', 'ratio'].map((id) => document.querySelectorAll(`#${id} polygon.band`).length);
  document.querySelector('.chip').dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));

  // The page's own definitions, for every suite, tolerance and solver.
  seen.curves = report.suites.map((s) => report.tolerances.map((_, tolerance) => s.solvers.map((_, solver) => ({
    data: dataProfile(s, tolerance, solver),
    rounds: dataProfile(s, tolerance, solver, each(s), 'rounds'),
    seconds: dataProfile(s, tolerance, solver, each(s), 'seconds'),
    performance: performanceProfile(s, tolerance, solver, s.solvers.map((_, k) => k)),
    runtime: runtimeDistribution(s, solver),
    ratios: logRatios(s, tolerance, solver, 0).bars.map(([ratio]) => ratio),
    ratioBand: ratioBand(s, logRatios(s, tolerance, solver, 0).bars),
  }))));
  const first = report.suites[0];
  const xs = [2, 10, 20];
  seen.band = [dataProfile(first, 0, 0), bandOf(first, xs, (instances) => dataProfile(first, 0, 0, instances))]
    .map((found, k) => (k ? found : xs.map((x) => valueAt(found, x))));
  write(seen);
}</script>";

/// What stands on the page before anybody has used it.
const OPENING: &str = "<script>{
  const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
  const visible = (id) => document.getElementById(id).checkVisibility();
  const colors = () => [...document.querySelectorAll('#data path.curve')].map((path) => getComputedStyle(path).stroke);
  const seen = {
    pair: ['first', 'second'].map((id) => document.getElementById(id).value),
    colors: colors(),
    notes: texts('#notes p'),
    bands: document.querySelectorAll('polygon.band').length,
    visible: ['controls', 'chips', 'data', 'manifest', 'notes'].map(visible),
    lost: texts('#lost'),
    rows: texts('#figures tbody tr'),
    tests: texts('#tests'),
    overview: texts('#overview tbody tr'),
  };
  for (const off of document.querySelectorAll('#chips input:not(:checked)')) off.click();
  seen.allColors = colors();
  write(seen);
}</script>";

/// Chromium or what is compatible, if it is there.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = || std::env::split_paths(&paths).flat_map(|path| names.map(|name| path.join(name)));
    named.or_else(|| found().find(|path| path.is_file()))
}

/// What a reader saw of a page, in a window this wide; nothing fails there.
fn seen(browser: &Path, reader: &str, page: &str, width: u32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let page = page.replacen("<head>", &format!("<head>{LISTENER}"), 1);
    std::fs::write(&file, page.replacen("</body>", &format!("{reader}</body>"), 1)).unwrap();
    let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                 --disable-component-update --disable-sync --virtual-time-budget=10000 --dump-dom";
    let output = Command::new(browser)
        .args(flags.split_whitespace())
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let told = || format!("{dom:.2000}\n{}", String::from_utf8_lossy(&output.stderr));
    let (_, result) =
        dom.rsplit_once("<pre id=\"seen\">").unwrap_or_else(|| panic!("no result in {}", told()));
    let (result, _) = result.split_once("</pre>").unwrap();
    let result = result.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let seen: Value = serde_json::from_str(&result).unwrap();
    assert_eq!(seen["errors"], Value::from(Vec::<Value>::new()));
    seen
}

/// Chromium; none where it is not there and need not be.
fn tested_browser() -> Option<PathBuf> {
    let browser = browser();
    if browser.is_none() {
        assert!(std::env::var_os("CHROMIUM_REQUIRED").is_none(), "no Chromium, and CHROMIUM_REQUIRED is set");
        eprintln!("not tested: there is no Chromium; CHROMIUM may name one");
    }
    browser
}

/// The page of a study and its figures.
fn report(suites: Vec<(String, Vec<Case<'static>>)>, chosen: &[&str]) -> (String, Vec<SuiteSummary>) {
    let study = Study {
        suites,
        solvers: solvers().into_iter().filter(|entry| chosen.contains(&entry.name.as_str())).collect(),
        seeds: vec![1, 2],
        simplex_gradients: 30,
        threads: 2,
        shard: Shard { number: 1, of: 1 },
    };
    let store = Mutex::new(Store::open(":memory:").unwrap());
    study.run(&store, |_, _| true).unwrap();
    let store = store.into_inner().unwrap();
    let manifest = store.manifest().unwrap().unwrap();
    let published =
        suites::published(study.suites.iter().map(|(name, cases)| (name.as_str(), cases.as_slice())));
    let summaries = summarize(&store.rows().unwrap(), manifest.simplex_gradients, &published);
    (html(&manifest, &summaries, &store.gaps().unwrap()), summaries)
}

fn known(names: &[&str]) -> Vec<(String, Vec<Case<'static>>)> {
    let suites = suites::suites().into_iter().filter(|suite| names.contains(&suite.name));
    suites.map(|suite| (suite.name.to_owned(), (suite.cases)())).collect()
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = tested_browser() else { return };
    // Two of four solvers have random numbers or run on noise.
    let chosen = ["patternsearch", "coordinate", "nelder-mead", "particle-swarm"];
    let (page, summaries) = report(known(&["more-wild-noise", "hock-schittkowski"]), &chosen);
    for width in [390, 1280] {
        let seen = seen(&browser, READER, &page, width);
        reader_sees_plots_and_switches_work(&seen);
        curves_are_those_of_the_analysis(&seen, &summaries);
    }
    let page = page.replace("http://www.w3.org/2000/svg", "");
    assert!(["http:", "https:", "src=", "url(", "@import"].iter().all(|fetch| !page.contains(fetch)));
}

#[test]
fn the_page_opens_on_a_pair_of_two_families_in_colours_that_differ() {
    let Some(browser) = tested_browser() else { return };
    // Those that are in every build, and refuse no problem within bounds.
    let names = solvers().into_iter().map(|entry| entry.name).filter(|name| !name.ends_with("-residuals"));
    let all: Vec<_> = names.take(21).collect();
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    let (page, summaries) = report(known(&["hock-schittkowski"]), &all);
    let seen = seen(&browser, OPENING, &page, 1280);
    let names = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let different = |value: &Value| names(value).into_iter().collect::<BTreeSet<_>>().len();
    assert_eq!((names(&seen["colors"]).len(), different(&seen["colors"])), (8, 8), "{}", seen["colors"]);
    assert_eq!((names(&seen["allColors"]).len(), different(&seen["allColors"])), (21, 10));

    let ranked = summaries[0].solvers.iter().map(|solver| &summaries[0].results.solvers[solver.solver]);
    let family = |name: &str| name.split('-').next().unwrap().to_owned();
    let ranked: Vec<_> = ranked.collect();
    let other = ranked.iter().find(|name| family(name) != family(ranked[0])).unwrap();
    assert_eq!(names(&seen["pair"]), [ranked[0].as_str(), other.as_str()]);
    assert!(
        summaries[0].solvers.iter().all(|solver| solver.refused.is_empty()) && seen["notes"] == json!([])
    );
}

#[test]
fn the_page_says_what_has_no_value_and_what_was_refused() {
    let Some(browser) = tested_browser() else { return };
    let bowl = || Problem::new(|x: &[f64]| x[0] * x[0] + x[1] * x[1], vec![1.0, 2.0]).unwrap();
    let row = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![2.0]).unwrap();
    let broken = |_: &[f64]| Err::<f64, _>("<b>no</b> licence\u{1b}[2J");
    let hopeless = || Case::new("hopeless", Problem::new(broken, vec![1.0]).unwrap());
    let constrained = || Case::new("constrained", bowl().subject_to(row.clone()).unwrap());
    let chosen = ["patternsearch", "nelder-mead"];

    // One problem, so that there is no band.
    let (page, summaries) = report(vec![("mine".to_owned(), vec![hopeless(), constrained()])], &chosen);
    let opened = seen(&browser, OPENING, &page, 1280);
    let note = opened["notes"][0].as_str().unwrap();
    assert!(
        note.starts_with("hopeless of the suite mine is in no figure: no evaluation gave a value"),
        "{note}"
    );
    assert!(note.contains("<b>no</b> licence\\u{1b}[2J"), "{note}");
    assert_eq!((&opened["visible"], &opened["bands"]), (&json!([true, true, true, true, true]), &json!(0)));
    assert!(opened["lost"][0].as_str().unwrap().contains("1constrained"), "{}", opened["lost"]);
    let refused: Vec<_> =
        summaries[0].solvers.iter().map(|solver| (solver.lost.len(), solver.refused.len())).collect();
    assert_eq!(refused, [(0, 0), (0, 1)]);

    // A solver that refuses all of a suite has a dash for each figure, and no curve.
    let bowls =
        vec![("free".to_owned(), vec![Case::new("bowl", bowl())]), ("mine".to_owned(), vec![constrained()])];
    let (page, summaries) = report(bowls, &chosen);
    assert_eq!(summaries[1].absent, ["nelder-mead"]);
    let page = page.replace("suite: 0, tolerance", "suite: 1, tolerance");
    let opened = seen(&browser, OPENING, &page, 1280);
    let last = |rows: &str| opened[rows].as_array().unwrap().last().unwrap().as_str().unwrap().to_owned();
    assert_eq!(last("rows"), format!("nelder-mead{}", "–".repeat(7)));
    let tests = opened["tests"][0].as_str().unwrap();
    assert!(tests.contains("Not taken part, as they refuse every problem: nelder-mead."), "{tests}");
    assert_eq!(opened["colors"].as_array().unwrap().len(), 1);
    let overview = opened["overview"].to_string();
    assert!(
        overview.contains("–") && !overview.contains("nelder-mead–") && !overview.contains("0.00"),
        "{overview}"
    );

    // Nothing but that: a page that says so, not a blank one.
    let (page, _) = report(vec![("mine".to_owned(), vec![hopeless()])], &chosen);
    let opened = seen(&browser, OPENING, &page, 1280);
    assert_eq!(opened["visible"], json!([false, false, false, true, true]));
    assert!(opened["notes"][0].as_str().unwrap().contains("licence"));
}

fn reader_sees_plots_and_switches_work(seen: &Value) {
    let list = |value: &Value| value.as_array().unwrap().clone();
    for id in ["data", "performance", "runtime"] {
        let curves = list(&seen["figures"][id]);
        assert_eq!(curves.len(), 4, "{id}");
        assert!(
            curves.iter().all(|path| path.as_str().unwrap().matches('V').count() > 2),
            "{id}: {curves:?}"
        );
    }
    assert!(
        seen["bars"].as_u64().unwrap() > 4 && seen["areas"] == 4 && seen["rows"] == 4 && seen["lost"] == 4
    );
    assert_eq!(list(&seen["labels"]).len(), 5);
    assert_eq!(seen["numbers"], Value::from(vec!["130", "1.3", "12000", "–"]));
    // The best solver is a curve or a partner in each plot.
    assert!(list(&seen["labels"]).iter().all(|label| label.as_str().unwrap().contains("coordinate")));
    assert!(seen["manifest"].as_str().unwrap().contains("30 simplex gradients"));
    assert!(
        seen["width"][0].as_u64() <= seen["width"][1].as_u64(),
        "wider than the window: {}",
        seen["width"]
    );

    assert_ne!(seen["finer"], seen["figures"]["data"]);
    assert_ne!(seen["otherSuite"], seen["finer"]);
    assert!(seen["about"].as_str().unwrap().starts_with("more-wild-noise: "), "{}", seen["about"]);
    let counts = ["otherSuite", "oneLess", "none", "all"].map(|step| list(&seen[step]).len());
    assert_eq!(counts, [4, 3, 0, 4]);
    assert_ne!(seen["pairs"][0], seen["pairs"][1]);
    for readout in ["readout", "readoutByKey"] {
        let readout = seen[readout].as_str().unwrap();
        assert!(readout.contains(" simplex gradients: ") && readout.contains("nelder-mead "), "{readout}");
    }
    assert_ne!(seen["readout"], seen["readoutByKey"]);
    for (place, words) in [" seconds: ", " rounds: "].into_iter().enumerate() {
        let (drawn, readout) = (&seen["costs"][place][0], seen["costs"][place][1].as_str().unwrap());
        assert!(readout.contains(words) && list(drawn).len() == 4 && *drawn != seen["all"], "{readout}");
    }
    assert_eq!(seen["bands"], Value::from(vec![1; 4]));
    let drawn = list(&seen["ratioBands"]);
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2], "{drawn:?}");
    // Of a solver with itself it has no width.
    let heights =
        seen["withItself"].as_str().unwrap().split(' ').map(|point| point.split_once(',').unwrap().1);
    assert!(
        heights.clone().count() > 4 && heights.clone().all(|height| Some(height) == heights.clone().next())
    );
    let readout = seen["barReadout"].as_str().unwrap();
    assert!(readout.contains("; band: ") && readout.contains(" to "), "{readout}");
    for k in 0..3 {
        let (part, low, high) = (&seen["band"][0][k], &seen["band"][1][k][0], &seen["band"][1][k][1]);
        let [part, low, high] = [part, low, high].map(|number| number.as_f64().unwrap());
        assert!(low <= part && part <= high && high - low < 0.9, "{low} {part} {high}");
    }
}

fn curves_are_those_of_the_analysis(seen: &Value, summaries: &[SuiteSummary]) {
    let points = |value: &Value| -> Vec<(f64, f64)> { serde_json::from_value(value.clone()).unwrap() };
    let mut compared = 0;
    let (mut widths, mut differences) = (0.0, 0.0);
    for (summary, of_suite) in summaries.iter().zip(seen["curves"].as_array().unwrap()) {
        let all: Vec<usize> = (0..summary.results.solvers.len()).collect();
        for (tolerance, solved) in summary.solved.iter().enumerate() {
            for &solver in &all {
                let drawn = &of_suite[tolerance][solver];
                let Curve(data) = data_profile(solved, solver);
                assert_eq!(points(&drawn["data"]), data, "{} {}", summary.suite, TOLERANCES[tolerance]);
                for (cost, drawn) in [(Cost::Rounds, &drawn["rounds"]), (Cost::Seconds, &drawn["seconds"])] {
                    let solved = summary.solved_by(cost, TOLERANCES[tolerance]);
                    let Curve(profile) = cost_profile(&solved, solver, cost);
                    assert_eq!((points(drawn), profile.is_empty()), (profile, data.is_empty()), "{cost}");
                }
                let Curve(performance) = performance_profile(solved, solver, &all);
                assert_eq!(points(&drawn["performance"]), performance);
                let Curve(runtime) = runtime_distribution(&summary.solved, solver);
                assert_eq!(points(&drawn["runtime"]), runtime);
                let ratios: Vec<f64> = serde_json::from_value(drawn["ratios"].clone()).unwrap();
                let bars = log_ratio_bands(solved, &summary.results.problems(), solver, 0, 1);
                assert_eq!(ratios.len(), bars.len());
                // The last bit of a logarithm is the library's.
                assert!(ratios.iter().zip(&bars).all(|(drawn, ours)| (drawn - ours.value).abs() < 1e-12));
                for (&(from, to), band) in points(&drawn["ratioBand"]).iter().zip(&bars) {
                    let (low, high) = band.ends.unwrap();
                    widths += high - low;
                    differences += (from - low).abs() + (to - high).abs();
                }
                compared += data.len();
            }
        }
    }
    assert!(compared > 100, "{compared} steps");
    // Other draws and fewer, so that ends differ, by 3 % of the width; a band of 90 % would by 8 %.
    assert!(differences / 2.0 < 0.05 * widths, "{differences} of two ends, width {widths}");
}
