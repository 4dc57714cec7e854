//! A rulebook as bytes, for this program alone: the built-in one is read when the program is built, and only unpacked when
//! it runs. Texts stand apart, in one string, so that unpacking copies and checks none of them.
//!
//! There is no version and no check of what is unpacked: packer and unpacker are the same program.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use jiff::civil::Date;
use smallvec::SmallVec;

use crate::words::Language;

/// What can be packed. What is unpacked equals what was packed.
pub trait Packed: Sized {
    /// Adds it to what is packed.
    fn pack(&self, to: &mut Packer);

    /// Takes it out.
    fn unpack(from: &mut Unpacker) -> Self;
}

/// What is packed so far.
#[derive(Clone, Debug, Default)]
pub struct Packer {
    /// Everything but the texts.
    pub bytes: Vec<u8>,
    /// The texts, one behind the other.
    pub texts: String,
}

impl Packer {
    /// Adds a number, seven bits a byte, the last ones first (LEB128).
    pub fn number(&mut self, mut number: u64) {
        while number > 0x7F {
            self.bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.bytes.push(number.to_le_bytes()[0]);
    }
}

/// What is still to be unpacked.
#[derive(Clone, Debug)]
pub struct Unpacker {
    bytes: &'static [u8],
    texts: &'static str,
}

impl Unpacker {
    /// Begins with what a packer held.
    pub const fn new(bytes: &'static [u8], texts: &'static str) -> Self {
        Self { bytes, texts }
    }

    /// Takes a number out.
    pub fn number(&mut self) -> u64 {
        if let [small @ ..0x80, rest @ ..] = self.bytes {
            self.bytes = rest;
            return u64::from(*small);
        }
        if let [last, first @ ..0x80, rest @ ..] = self.bytes {
            self.bytes = rest;
            return u64::from(*last & 0x7F) | u64::from(*first) << 7;
        }
        let mut number = 0;
        for (position, &byte) in self.bytes.iter().enumerate() {
            number |= u64::from(byte & 0x7F) << (7 * position);
            if byte < 0x80 {
                self.bytes = &self.bytes[position + 1..];
                break;
            }
        }
        number
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    fn text(&mut self) -> &'static str {
        let length = self.length();
        let (text, rest) = self.texts.split_at(length);
        self.texts = rest;
        text
    }
}

/// Something that is unpacked when it is first looked at.
pub struct Lazy<T> {
    value: OnceLock<Box<T>>,
    packed: Option<Unpacker>,
}

impl<T> From<T> for Lazy<T> {
    fn from(value: T) -> Self {
        Self { value: Box::new(value).into(), packed: None }
    }
}

impl<T: Packed> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| {
            let mut packed = self.packed.clone().expect("either a value or what it is packed in");
            Box::new(T::unpack(&mut packed))
        })
    }
}

impl<T: Packed> DerefMut for Lazy<T> {
    fn deref_mut(&mut self) -> &mut T {
        let _: &T = self;
        self.value.get_mut().expect("it was looked at just now")
    }
}

impl<T: Clone> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), packed: self.packed.clone() }
    }
}

impl<T: Packed + fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Packed> Packed for Lazy<T> {
    fn pack(&self, to: &mut Packer) {
        let mut inside = Packer::default();
        (**self).pack(&mut inside);
        to.number(inside.bytes.len() as u64);
        to.number(inside.texts.len() as u64);
        to.bytes.extend(inside.bytes);
        to.texts.push_str(&inside.texts);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        let (bytes, texts) = (from.length(), from.length());
        let (bytes, more_bytes) = from.bytes.split_at(bytes);
        let (texts, more_texts) = from.texts.split_at(texts);
        *from = Unpacker { bytes: more_bytes, texts: more_texts };
        Self { value: OnceLock::new(), packed: Some(Unpacker { bytes, texts }) }
    }
}

/// Packs a struct field by field, an enumeration by its position, or one with parts by its number and the parts.
macro_rules! packed {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::rulebook::pack::Packed for $name {
            fn pack(&self, to: &mut $crate::rulebook::pack::Packer) {
                let Self { $($field),* } = self;
                $($crate::rulebook::pack::Packed::pack($field, to);)*
            }

            fn unpack(from: &mut $crate::rulebook::pack::Unpacker) -> Self {
                $(let $field = $crate::rulebook::pack::Packed::unpack(from);)*
                Self { $($field),* }
            }
        }
    };
    (newtype $name:ident) => {
        impl $crate::rulebook::pack::Packed for $name {
            fn pack(&self, to: &mut $crate::rulebook::pack::Packer) {
                $crate::rulebook::pack::Packed::pack(&self.0, to);
            }

            fn unpack(from: &mut $crate::rulebook::pack::Unpacker) -> Self {
                Self($crate::rulebook::pack::Packed::unpack(from))
            }
        }
    };
    (choice $name:ident { $($variant:ident),* $(,)? }) => {
        impl $crate::rulebook::pack::Packed for $name {
            fn pack(&self, to: &mut $crate::rulebook::pack::Packer) {
                let position = [$(Self::$variant),*].iter().position(|other| other == self);
                $crate::rulebook::pack::Packed::pack(&position.unwrap_or_default(), to);
            }

            fn unpack(from: &mut $crate::rulebook::pack::Unpacker) -> Self {
                [$(Self::$variant),*][<usize as $crate::rulebook::pack::Packed>::unpack(from)]
            }
        }
    };
    (enum $name:ident { $($number:literal => $variant:ident($($part:ident),*)),* $(,)? }) => {
        impl $crate::rulebook::pack::Packed for $name {
            fn pack(&self, to: &mut $crate::rulebook::pack::Packer) {
                match self {
                    $(Self::$variant($($part),*) => {
                        to.number($number);
                        $($crate::rulebook::pack::Packed::pack($part, to);)*
                    })*
                }
            }

            fn unpack(from: &mut $crate::rulebook::pack::Unpacker) -> Self {
                match from.number() {
                    $($number => {
                        $(let $part = $crate::rulebook::pack::Packed::unpack(from);)*
                        Self::$variant($($part),*)
                    })*
                    other => unreachable!("there is no variant {other}"),
                }
            }
        }
    };
}
pub(crate) use packed;

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Packed for $number {
            fn pack(&self, to: &mut Packer) {
                to.number(u64::try_from(*self).unwrap_or_default());
            }

            fn unpack(from: &mut Unpacker) -> Self {
                Self::try_from(from.number()).unwrap_or_default()
            }
        })*
    };
}
numbers!(u8, u16, u32, u64, usize, i8, i16);

impl Packed for bool {
    fn pack(&self, to: &mut Packer) {
        to.number(u64::from(*self));
    }

    fn unpack(from: &mut Unpacker) -> Self {
        from.number() == 1
    }
}

impl Packed for String {
    fn pack(&self, to: &mut Packer) {
        to.number(self.len() as u64);
        to.texts.push_str(self);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        from.text().to_owned()
    }
}

impl Packed for Cow<'static, str> {
    fn pack(&self, to: &mut Packer) {
        to.number(self.len() as u64);
        to.texts.push_str(self);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Cow::Borrowed(from.text())
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, to: &mut Packer) {
        self.is_some().pack(to);
        if let Some(value) = self {
            value.pack(to);
        }
    }

    fn unpack(from: &mut Unpacker) -> Self {
        bool::unpack(from).then(|| T::unpack(from))
    }
}

impl<T: Packed> Packed for Box<T> {
    fn pack(&self, to: &mut Packer) {
        self.as_ref().pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Self::new(T::unpack(from))
    }
}

/// How many there are, then each.
fn pack_all<T: Packed>(items: &[T], to: &mut Packer) {
    items.len().pack(to);
    for item in items {
        item.pack(to);
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, to: &mut Packer) {
        pack_all(self, to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        let length = from.length();
        (0..length).map(|_| T::unpack(from)).collect()
    }
}

impl<T: Packed> Packed for Box<[T]> {
    fn pack(&self, to: &mut Packer) {
        pack_all(self, to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Vec::unpack(from).into()
    }
}

impl<A: smallvec::Array<Item: Packed>> Packed for SmallVec<A> {
    fn pack(&self, to: &mut Packer) {
        pack_all(self, to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        let length = from.length();
        (0..length).map(|_| Packed::unpack(from)).collect()
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, to: &mut Packer) {
        self.0.pack(to);
        self.1.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        (A::unpack(from), B::unpack(from))
    }
}

impl Packed for Date {
    fn pack(&self, to: &mut Packer) {
        (self.year(), (self.month(), self.day())).pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        let (year, (month, day)) = Packed::unpack(from);
        Self::new(year, month, day).unwrap_or_default()
    }
}

packed!(choice Language { Ja, En });
