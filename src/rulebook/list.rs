//! Typed indices: a name is looked up once, when a rulebook is read, and is a number from then on.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Deref, Index, IndexMut};

use indexmap::IndexMap;

use crate::rulebook::pack::{Lazy, Packed, Packer, Unpacker};
use crate::rulebook::source::Span;

/// The index of an entry in the [`List`] of its kind.
pub struct Id<T> {
    index: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The entry at a position.
    #[expect(clippy::cast_possible_truncation, reason = "a source of at most 2 MiB has fewer entries")]
    pub const fn new(index: usize) -> Self {
        Self { index: index as u32, kind: PhantomData }
    }

    /// The position.
    pub const fn index(self) -> usize {
        self.index as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.index.cmp(&other.index)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// Entries as a list names them: read like a slice of ids, and each knows where it is written.
pub struct Names<T> {
    ids: Vec<Id<T>>,
    spans: Lazy<Vec<Span>>,
}

impl<T> Names<T> {
    /// Every id, with the place of its name.
    pub fn spanned(&self) -> impl DoubleEndedIterator<Item = (Id<T>, Span)> + ExactSizeIterator {
        self.ids.iter().copied().zip(self.spans.iter().copied())
    }
}

impl<T> Deref for Names<T> {
    type Target = [Id<T>];

    fn deref(&self) -> &[Id<T>] {
        &self.ids
    }
}

impl<'a, T> IntoIterator for &'a Names<T> {
    type Item = &'a Id<T>;
    type IntoIter = std::slice::Iter<'a, Id<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.ids.iter()
    }
}

impl<T> FromIterator<(Id<T>, Span)> for Names<T> {
    fn from_iter<I: IntoIterator<Item = (Id<T>, Span)>>(names: I) -> Self {
        let (ids, spans): (_, Vec<Span>) = names.into_iter().unzip();
        Self { ids, spans: spans.into() }
    }
}

impl<T> Clone for Names<T> {
    fn clone(&self) -> Self {
        Self { ids: self.ids.clone(), spans: self.spans.clone() }
    }
}
impl<T> fmt::Debug for Names<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ids.fmt(f)
    }
}

/// The entries of one kind, with their names, in the author's order.
#[derive(Clone, Debug)]
pub struct List<T> {
    entries: IndexMap<Cow<'static, str>, T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { entries: IndexMap::new() }
    }
}

impl<T> List<T> {
    /// Every index.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id<T>> + ExactSizeIterator + use<T> {
        (0..self.entries.len()).map(Id::new)
    }

    /// Every entry with its index.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Id<T>, &T)> + ExactSizeIterator {
        self.entries.values().enumerate().map(|(index, entry)| (Id::new(index), entry))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The index of the entry with a name.
    pub fn find(&self, name: &str) -> Option<Id<T>> {
        self.entries.get_index_of(name).map(Id::new)
    }

    /// The name of an entry.
    ///
    /// # Panics
    ///
    /// When the index is another list's.
    pub fn name(&self, id: Id<T>) -> &str {
        self.entries.get_index(id.index()).expect("an index of this list").0
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(AsRef::as_ref)
    }
}

impl<T> FromIterator<(String, T)> for List<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().map(|(name, entry)| (name.into(), entry)).collect() }
    }
}

impl<T> Index<Id<T>> for List<T> {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &self.entries[id.index()]
    }
}

impl<T> IndexMut<Id<T>> for List<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.entries[id.index()]
    }
}

impl<T> Packed for Id<T> {
    fn pack(&self, to: &mut Packer) {
        self.index.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Self { index: Packed::unpack(from), kind: PhantomData }
    }
}

impl<T> Packed for Names<T> {
    fn pack(&self, to: &mut Packer) {
        self.ids.pack(to);
        self.spans.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Self { ids: Packed::unpack(from), spans: Packed::unpack(from) }
    }
}

impl<T: Packed> Packed for List<T> {
    fn pack(&self, to: &mut Packer) {
        self.entries.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Self { entries: Packed::unpack(from) }
    }
}
