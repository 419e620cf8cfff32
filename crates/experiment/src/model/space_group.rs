//! A space group as it is written: a symbol, or a number.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The symbol, or the digits of the number.
struct Symbol(String);

struct SymbolVisitor;

impl Visitor<'_> for SymbolVisitor {
    type Value = Symbol;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a space group by symbol or number, such as \"P 21 21 21\" or 19")
    }

    fn visit_str<E: Error>(self, symbol: &str) -> Result<Symbol, E> {
        Ok(Symbol(symbol.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Symbol, E> {
        Ok(Symbol(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Symbol, E> {
        Ok(Symbol(number.to_string()))
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SymbolVisitor)
    }
}

/// Reads a space group, if there is one.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Symbol>::deserialize(deserializer)?.map(|Symbol(symbol)| symbol))
}
