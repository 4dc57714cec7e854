//! Typed indices: a name is looked up once, when a rulebook is read, and is a number from then on.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter;
use std::marker::PhantomData;
use std::ops::{Deref, Index, IndexMut};
use std::slice;
use std::sync::OnceLock;

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
    type IntoIter = slice::Iter<'a, Id<T>>;

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

/// A name; that of the built-in rulebook is not copied.
type Name = Cow<'static, str>;

/// Values with their names, in the author's order. Nothing is sorted until somebody looks for a name.
#[derive(Clone)]
pub struct Named<T> {
    names: Vec<Name>,
    values: Vec<T>,
    /// The positions, by name.
    sorted: OnceLock<Vec<usize>>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { names: Vec::new(), values: Vec::new(), sorted: OnceLock::new() }
    }
}

impl<T> Named<T> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Every name.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        self.names.iter().map(AsRef::as_ref)
    }

    /// Every value.
    pub fn values(&self) -> slice::Iter<'_, T> {
        self.values.iter()
    }

    /// Every value, to change it.
    pub fn values_mut(&mut self) -> slice::IterMut<'_, T> {
        self.values.iter_mut()
    }

    /// Every value with its name.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> + ExactSizeIterator {
        self.into_iter()
    }

    /// The name at a position.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn name(&self, position: usize) -> &str {
        &self.names[position]
    }

    /// The position of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        let sorted = self.sorted.get_or_init(|| {
            let mut sorted: Vec<usize> = (0..self.names.len()).collect();
            sorted.sort_by_key(|&position| &self.names[position]);
            sorted
        });
        sorted.binary_search_by_key(&name, |&position| &self.names[position]).ok().map(|found| sorted[found])
    }

    /// The value with a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.position(name).map(|position| &self.values[position])
    }
}

impl<'a, T> IntoIterator for &'a Named<T> {
    type Item = (&'a str, &'a T);
    type IntoIter = iter::Zip<iter::Map<slice::Iter<'a, Name>, fn(&'a Name) -> &'a str>, slice::Iter<'a, T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.iter().map(AsRef::as_ref as fn(&'a Name) -> &'a str).zip(&self.values)
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    /// Of values with the names of a table, which are all different.
    fn from_iter<I: IntoIterator<Item = (String, T)>>(values: I) -> Self {
        let (names, values) = values.into_iter().map(|(name, value)| (Cow::Owned(name), value)).unzip();
        Self { names, values, sorted: OnceLock::new() }
    }
}

impl<T> Index<usize> for Named<T> {
    type Output = T;

    fn index(&self, position: usize) -> &T {
        &self.values[position]
    }
}

impl<T> IndexMut<usize> for Named<T> {
    fn index_mut(&mut self, position: usize) -> &mut T {
        &mut self.values[position]
    }
}

impl<T: fmt::Debug> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The entries of one kind, with their names, in the author's order.
#[derive(Clone, Debug)]
pub struct List<T> {
    entries: Named<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { entries: Named::default() }
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
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The index of the entry with a name.
    pub fn find(&self, name: &str) -> Option<Id<T>> {
        self.entries.position(name).map(Id::new)
    }

    /// The name of an entry.
    ///
    /// # Panics
    ///
    /// When the index is another list's.
    pub fn name(&self, id: Id<T>) -> &str {
        self.entries.name(id.index())
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.names()
    }
}

impl<T> FromIterator<(String, T)> for List<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
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

impl<T: Packed> Packed for Named<T> {
    fn pack(&self, to: &mut Packer) {
        self.names.pack(to);
        self.values.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Self { names: Packed::unpack(from), values: Packed::unpack(from), sorted: OnceLock::new() }
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
