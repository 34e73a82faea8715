//! A real-coded genetic algorithm as a search step.
//!
//! Blend crossover: Eshelman & Schaffer 1993, "Real-coded genetic algorithms and interval-schemata". Tournaments of
//! two: Goldberg & Deb 1991, "A comparative analysis of selection schemes used in genetic algorithms".

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Probe, latin_hypercube};
use crate::Stop;

/// How far a child's gene may lie outside the interval of its parents' genes, as a fraction of its length.
const BLEND: f64 = 0.5;

struct Individual {
    genes: Vec<f64>,
    value: f64,
}

pub(super) fn search(probe: &mut Probe<'_, '_>, most: u64) -> Result<(), Stop> {
    let mut generator = probe.generator();
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    let children = (10 * probe.incumbent().len()).clamp(10, 50).min(left);
    let founders = latin_hypercube::points(children, &latin_hypercube::ranges(probe), &mut generator);
    left -= children;
    let mut population =
        vec![Individual { genes: probe.incumbent().to_vec(), value: probe.incumbent_value() }];
    population.extend(born(founders, probe)?);
    while left > 0 {
        let count = children.min(left);
        left -= count;
        let next = (0..count).map(|_| child(&population, probe, &mut generator)).collect();
        let next = born(next, probe)?;
        // Only the best survives.
        population.sort_by(|a, b| a.value.total_cmp(&b.value));
        population.truncate(1);
        population.extend(next);
    }
    Ok(())
}

fn born(all: Vec<Vec<f64>>, probe: &mut Probe<'_, '_>) -> Result<Vec<Individual>, Stop> {
    let values = probe.values(&all)?;
    Ok(all.into_iter().zip(values).map(|(genes, value)| Individual { genes, value }).collect())
}

/// Creates a child of two parents. Each gene mutates with probability 1/n.
fn child(population: &[Individual], probe: &Probe<'_, '_>, generator: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let (mother, father) = (parent(population, generator), parent(population, generator));
    let n = mother.genes.len();
    let mut child: Vec<f64> = (mother.genes.iter().zip(&father.genes))
        .map(|(a, b)| {
            let part = generator.random_range(-BLEND..1.0 + BLEND);
            (1.0 - part) * a + part * b
        })
        .collect();
    for (gene, reach) in child.iter_mut().zip(probe.reach()) {
        if generator.random_range(0..n) == 0 {
            let deviate: f64 = StandardNormal.sample(generator);
            *gene += reach * deviate;
        }
    }
    child.iter_mut().for_each(|gene| *gene = gene.clamp(-f64::MAX, f64::MAX));
    probe.bounds().project(&mut child);
    child
}

/// Selects the better of two random individuals.
fn parent<'i>(population: &'i [Individual], generator: &mut Xoshiro256PlusPlus) -> &'i Individual {
    let [a, b] = [(); 2].map(|()| &population[generator.random_range(0..population.len())]);
    if b.value < a.value { b } else { a }
}
