//! A list in a pane: which entry is chosen, and which one stands at the top.

/// The state of a list; its entries live elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct List {
    pub chosen: usize,
    pub top: usize,
}

impl List {
    /// Chooses the entry `by` steps away, stopping at the ends, and keeps it within `height` rows.
    pub fn step(&mut self, by: isize, entries: usize, height: usize) {
        self.choose(self.chosen.saturating_add_signed(by), entries, height);
    }

    /// Chooses an entry and scrolls no further than needed to show it.
    pub fn choose(&mut self, entry: usize, entries: usize, height: usize) {
        self.chosen = entry.min(entries.saturating_sub(1));
        let height = height.max(1);
        let lowest_top = (self.chosen + 1).saturating_sub(height);
        let most = entries.saturating_sub(height);
        self.top = self.top.clamp(lowest_top, self.chosen).min(most.max(lowest_top));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_entry_stays_in_sight_and_the_list_moves_no_more_than_needed() {
        let mut list = List::default();
        let mut tops = Vec::new();
        for by in [1, 1, 1, -1, -1, -1, 100, -2] {
            list.step(by, 6, 3);
            tops.push((list.chosen, list.top));
        }
        assert_eq!(tops, [(1, 0), (2, 0), (3, 1), (2, 1), (1, 1), (0, 0), (5, 3), (3, 3)]);
    }

    #[test]
    fn an_empty_list_has_nothing_to_choose() {
        let mut list = List { chosen: 7, top: 7 };
        list.step(1, 0, 0);
        assert_eq!(list, List::default());
    }
}
