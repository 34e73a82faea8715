//! Evaluates points whose values are taken in the order in which they arrive.

use super::dispatch::{Arrival, Dispatch};
use super::spares::Bits;
use super::{Evaluations, Source, Stop, evaluate};

/// A point whose value has not been taken, by its place in the set, and as bits.
type Awaited = (usize, Bits);

impl Evaluations<'_> {
    /// Announces that the search takes values in the order of their arrival
    /// ([`some_values`](Evaluations::some_values)). Its journal then records every value and no states, because a
    /// resumed run has to see that order again.
    pub fn in_order_of_arrival(&mut self) {
        self.values_alone = true;
    }

    /// Evaluates a set of points, and returns as soon as `enough` of them have values: their places in the set and the
    /// values, in the order of arrival. Evaluations of the others go on: a call with a set that holds these points
    /// again takes up their values, and so does a single evaluation of such a point.
    ///
    /// The order of arrival is the only way in which workers can change the path of a search. The journal records it,
    /// and a resumed run sees it again. Without an [`Evaluator`](crate::Evaluator), values arrive in the order of the
    /// set.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value). Values taken before it stay committed.
    pub fn some_values(&mut self, points: &[Vec<f64>], enough: usize) -> Result<Vec<(usize, f64)>, Stop> {
        self.proceed()?;
        let mut dispatch = self.dispatch.take();
        let taken = self.take_arrivals(dispatch.as_mut(), points, enough);
        self.dispatch = dispatch;
        self.count_whole_rounds();
        self.keeping_stop(taken)
    }

    fn take_arrivals(
        &mut self,
        mut dispatch: Option<&mut Dispatch>,
        points: &[Vec<f64>],
        enough: usize,
    ) -> Result<Vec<(usize, f64)>, Stop> {
        points.iter().try_for_each(|x| self.check_point(x))?;
        let mut awaited: Vec<Awaited> = points.iter().map(|x| Bits::of(x)).enumerate().collect();
        let mut taken = Vec::new();
        while taken.len() < enough && !awaited.is_empty() {
            if let Some((which, value)) = self.next_arrival(dispatch.as_deref_mut(), points, &awaited)? {
                taken.push((awaited.remove(which).0, value));
            }
        }
        Ok(taken)
    }

    /// Returns which of the awaited points has the next value, and the value. If none is known, waits for the next
    /// arrival, and returns `None` if that is another point's.
    fn next_arrival(
        &mut self,
        dispatch: Option<&mut Dispatch>,
        points: &[Vec<f64>],
        awaited: &[Awaited],
    ) -> Result<Option<(usize, f64)>, Stop> {
        let point = |which: usize| points[awaited[which].0].as_slice();
        if let Some(which) = (0..awaited.len()).find(|&which| self.is_known(point(which))) {
            return Ok(self.answer(point(which))?.map(|value| (which, value)));
        }
        if let Some(recording) = self.recording.as_mut().filter(|recording| recording.knows_more()) {
            self.limits.admit_one_after(self.counts.evaluations)?;
            let among = (0..awaited.len()).map(point);
            let (which, values) = recording.recall_one(among, self.counts.evaluations + 1)?;
            return Ok(Some((which, self.commit(point(which), values, Source::Journal)?)));
        }
        let spare = awaited.iter().position(|(_, point)| self.spares.know(point));
        let (which, values) = match (spare, dispatch) {
            (Some(which), _) => {
                self.limits.admit_one_after(self.counts.evaluations)?;
                (which, self.take_spare(&awaited[which].1))
            }
            (None, None) => {
                self.limits.admit_one_after(self.counts.evaluations)?;
                (0, Some(evaluate(self.problem, point(0))))
            }
            (None, Some(dispatch)) => {
                self.submit_awaited(dispatch, points, awaited)?;
                match dispatch.wait()? {
                    Arrival::Nothing => return Ok(None),
                    Arrival::Value(come, values) => {
                        match awaited.iter().position(|(_, point)| *point == come) {
                            Some(which) => (which, Some(self.counting(values))),
                            None => return self.keep_spare(come, values).map(|()| None),
                        }
                    }
                }
            }
        };
        let value = values.map(|values| self.commit(point(which), values, Source::Evaluation)).transpose()?;
        Ok(value.map(|value| (which, value)))
    }

    /// Submits the first of the awaited points that are not under way yet, as many as the workers and the budget have
    /// room for. A limit of time ends the run once nothing is under way any more.
    fn submit_awaited(
        &self,
        dispatch: &mut Dispatch,
        points: &[Vec<f64>],
        awaited: &[Awaited],
    ) -> Result<(), Stop> {
        let left =
            usize::try_from(self.limits.evaluations_after(self.counts.evaluations)).unwrap_or(usize::MAX);
        let mut under_way = awaited.iter().filter(|(_, point)| dispatch.renew(point)).count();
        let admitted = self.limits.admit_one_after(self.counts.evaluations);
        if admitted.is_err() && (under_way == 0 || left == 0) {
            return Ok(admitted?);
        }
        for (place, point) in awaited {
            if admitted.is_err() || under_way >= left || dispatch.room() == 0 {
                break;
            }
            if !dispatch.has(point) {
                dispatch.submit(point.clone(), &points[*place]);
                under_way += 1;
            }
        }
        Ok(())
    }
}
