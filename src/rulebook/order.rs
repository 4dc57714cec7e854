//! Topological order (Kahn 1962, "Topological sorting of large networks", Communications of the ACM 5).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Orders `0..before.len()` so that everything in `before[i]` comes before `i`; among what is ready, the one with the
/// smallest key goes first.
///
/// # Errors
///
/// The circles, if there are any: in each, every element needs the next one and the last the first. At most
/// [`MOST_CIRCLES`], and one for each way that is cut.
pub fn topological<K: Ord>(before: &[Vec<usize>], key: impl Fn(usize) -> K) -> Result<Vec<usize>, Vec<Vec<usize>>> {
    match sorted(before, &key) {
        Ok(order) => Ok(order),
        Err(circle) => Err(all_circles(before, circle)),
    }
}

/// The most circles that are looked for.
const MOST_CIRCLES: usize = 20;

/// Cuts each circle where it was found and looks for the next.
fn all_circles(before: &[Vec<usize>], first: Vec<usize>) -> Vec<Vec<usize>> {
    let mut before = before.to_vec();
    let mut circles = vec![first];
    while circles.len() < MOST_CIRCLES {
        if let Some(&[needing, ..]) = circles.last().map(Vec::as_slice) {
            before[needing].clear();
        }
        match sorted(&before, |element| element) {
            Ok(_) => break,
            Err(circle) => circles.push(circle),
        }
    }
    circles
}

fn sorted<K: Ord>(before: &[Vec<usize>], key: impl Fn(usize) -> K) -> Result<Vec<usize>, Vec<usize>> {
    let mut after = vec![Vec::new(); before.len()];
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    for (element, needed) in before.iter().enumerate() {
        for &earlier in needed {
            after[earlier].push(element);
        }
    }
    let mut ready: BinaryHeap<_> = (0..before.len())
        .filter(|&element| waiting[element] == 0)
        .map(|element| Reverse((key(element), element)))
        .collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(Reverse((_, element))) = ready.pop() {
        order.push(element);
        for &later in &after[element] {
            waiting[later] -= 1;
            if waiting[later] == 0 {
                ready.push(Reverse((key(later), later)));
            }
        }
    }
    if order.len() == before.len() { Ok(order) } else { Err(circle(before, &waiting)) }
}

/// Walks along unmet needs until an element comes again.
fn circle(before: &[Vec<usize>], waiting: &[usize]) -> Vec<usize> {
    let mut path = Vec::new();
    let mut seen = vec![None; before.len()];
    let mut next = waiting.iter().position(|&count| count > 0);
    while let Some(element) = next {
        if let Some(start) = seen[element] {
            return path.split_off(start);
        }
        seen[element] = Some(path.len());
        path.push(element);
        next = before[element].iter().copied().find(|&needed| waiting[needed] > 0);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first_and_small_keys_early() {
        let before = vec![vec![2], vec![], vec![1], vec![]];
        assert_eq!(topological(&before, |element| element), Ok(vec![1, 2, 0, 3]));
        assert_eq!(topological(&before, Reverse), Ok(vec![3, 1, 2, 0]));
    }

    #[test]
    fn a_circle_is_shown_without_what_merely_leads_to_it() {
        let before = vec![vec![1], vec![2], vec![1], vec![]];
        assert_eq!(topological(&before, |element| element), Err(vec![vec![1, 2]]));
        let before = vec![vec![1], vec![0], vec![2], vec![]];
        assert_eq!(topological(&before, |element| element), Err(vec![vec![0, 1], vec![2]]));
    }
}
