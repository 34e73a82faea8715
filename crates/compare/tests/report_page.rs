//! The HTML report in a real browser: nothing fails, plots are drawn, switches work, and the curves are those of
//! `analysis`.
//!
//! Needs Chromium: `CHROMIUM` names it where it is not on the search path. Without one the test says so and passes, but not
//! where `CHROMIUM_REQUIRED` is set, as in CI.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use compare::analysis::{
    Band, Curve, data_profile, log_ratio_bands, performance_profile, runtime_distribution,
};
use compare::report::{SuiteSummary, TOLERANCES, html, summarize};
use compare::study::{Shard, Store, Study, solvers};
use compare::suites;
use serde_json::Value;

/// Hears of every error, before the page's own script.
const LISTENER: &str = "<script>
  window.errors = [];
  addEventListener('error', (event) => errors.push(String(event.message)));
  for (const kind of ['error', 'warn']) console[kind] = (...words) => errors.push(words.join(' '));
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
  document.querySelector('.chip').dispatchEvent(new PointerEvent('pointerenter', { pointerType: 'mouse' }));
  seen.bands = ['data', 'performance', 'runtime', 'ratio'].map((id) => document.querySelectorAll(`#${id} polygon.band`).length);
  document.querySelector('.chip').dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));

  // The page's own definitions, for every suite, tolerance and solver.
  seen.curves = report.suites.map((s) => report.tolerances.map((_, tolerance) => s.solvers.map((_, solver) => ({
    data: dataProfile(s, tolerance, solver),
    performance: performanceProfile(s, tolerance, solver, s.solvers.map((_, k) => k)),
    runtime: runtimeDistribution(s, solver),
    ratios: logRatios(s, tolerance, solver, 0).bars.map(([ratio]) => ratio),
    ratioBand: ratioBand(s, logRatios(s, tolerance, solver, 0).bars),
  }))));
  const first = report.suites[0];
  const xs = [2, 10, 20];
  seen.band = [dataProfile(first, 0, 0), bandOf(first, xs, (instances) => dataProfile(first, 0, 0, instances))]
    .map((found, k) => (k ? found : xs.map((x) => valueAt(found, x))));
  seen.errors = errors;
  const result = document.createElement('pre');
  result.id = 'seen';
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
}</script>";

/// Chromium or what is compatible, if it is there.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = || std::env::split_paths(&paths).flat_map(|path| names.map(|name| path.join(name)));
    named.or_else(|| found().find(|path| path.is_file()))
}

/// What the reader saw of a page, in a window this wide.
fn seen(browser: &Path, page: &str, width: u32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let page = page.replacen("<head>", &format!("<head>{LISTENER}"), 1);
    std::fs::write(&file, page.replacen("</body>", &format!("{READER}</body>"), 1)).unwrap();
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
    serde_json::from_str(&result).unwrap()
}

/// A page of two suites and its figures: four solvers, two of them with random numbers or on noise.
fn report() -> (String, Vec<SuiteSummary>) {
    let chosen = ["patternsearch", "coordinate", "nelder-mead", "particle-swarm"];
    let suites = suites::suites().into_iter();
    let suites = suites.filter(|suite| ["more-wild-noise", "hock-schittkowski"].contains(&suite.name));
    let study = Study {
        suites: suites.map(|suite| (suite.name.to_owned(), (suite.cases)())).collect(),
        solvers: solvers().into_iter().filter(|entry| chosen.contains(&entry.name)).collect(),
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
    (html(&manifest, &summaries), summaries)
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        assert!(std::env::var_os("CHROMIUM_REQUIRED").is_none(), "no Chromium, and CHROMIUM_REQUIRED is set");
        eprintln!("not tested: there is no Chromium; CHROMIUM may name one");
        return;
    };
    let (page, summaries) = report();
    for width in [390, 1280] {
        let seen = seen(&browser, &page, width);
        assert_eq!(seen["errors"], Value::from(Vec::<Value>::new()));
        reader_sees_plots_and_switches_work(&seen);
        curves_are_those_of_the_analysis(&seen, &summaries);
    }
    let page = page.replace("http://www.w3.org/2000/svg", "");
    assert!(["http:", "https:", "src=", "url(", "@import"].iter().all(|fetch| !page.contains(fetch)));
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
    assert!(list(&seen["labels"]).iter().all(|label| label.as_str().unwrap().contains("nelder-mead")));
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
                let Curve(performance) = performance_profile(solved, solver, &all);
                assert_eq!(points(&drawn["performance"]), performance);
                let Curve(runtime) = runtime_distribution(&summary.solved, solver);
                assert_eq!(points(&drawn["runtime"]), runtime);
                let ratios: Vec<f64> = serde_json::from_value(drawn["ratios"].clone()).unwrap();
                let bars = log_ratio_bands(solved, &summary.results.problems(), solver, 0, 1);
                assert_eq!(ratios.len(), bars.len());
                // The last bit of a logarithm is the library's.
                assert!(ratios.iter().zip(&bars).all(|(drawn, ours)| (drawn - ours.value).abs() < 1e-12));
                for (&(from, to), &Band { low, high, .. }) in points(&drawn["ratioBand"]).iter().zip(&bars) {
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
