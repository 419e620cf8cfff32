//! The table of settings: numbers, Hall symbols and Hermann-Mauguin symbols.

/// Its first lines say what is in it.
const TABLE: &str = include_str!("settings.txt");

/// A setting of a space group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// In International Tables A, from 1 to 230.
    pub(super) number: u16,
    pub(super) hall: &'static str,
    /// All that it is known by, separated by commas.
    symbols: &'static str,
}

impl Setting {
    /// The first of the symbols, which no other setting has.
    pub(super) fn symbol(&self) -> &'static str {
        self.symbols().next().unwrap_or_default()
    }

    /// Its Hermann-Mauguin symbols.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &'static str> {
        self.symbols.split(',').map(str::trim)
    }
}

/// All settings, the standard one of a number first.
pub(super) fn all() -> impl Iterator<Item = Setting> {
    TABLE.lines().filter_map(|line| {
        let mut columns = line.splitn(3, '|').map(str::trim);
        let number = columns.next()?.parse().ok()?;
        Some(Setting { number, hall: columns.next()?, symbols: columns.next()? })
    })
}

/// The setting that a Hermann-Mauguin symbol stands for, however it is spaced and capitalized. Where the setting is not
/// said it is the first: origin choice 1, hexagonal axes.
pub(super) fn find(symbol: &str) -> Option<Setting> {
    let (key, hexagonal, cubic) = (key(symbol), hexagonal(symbol), cubic(symbol));
    all().find(|setting| {
        let fits = |known: &str| {
            let full = self::key(known);
            let base = known.split(" :").next().map(self::key).unwrap_or_default();
            [&key, &hexagonal, &cubic].contains(&&full) || base == key || base == cubic
        };
        setting.symbols().any(fits)
    })
}

/// `R 3 :H` of the `H 3` in entries of the Protein Data Bank.
fn hexagonal(symbol: &str) -> String {
    key(symbol).strip_prefix('h').map(|rest| format!("r{rest}h")).unwrap_or_default()
}

/// `F m -3 m` of the `F m 3 m` in old files: after a mirror or glide plane the threefold axis is an inversion axis.
fn cubic(symbol: &str) -> String {
    let key = key(symbol);
    match key.find('3') {
        Some(place) if place == 2 && b"abcdmn".contains(&key.as_bytes()[1]) => {
            format!("{}-{}", &key[..place], &key[place..])
        }
        _ => String::new(),
    }
}

/// A symbol without what is written differently.
fn key(symbol: &str) -> String {
    symbol
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '_' | ':' | '(' | ')'))
        .collect::<String>()
        .to_lowercase()
}
