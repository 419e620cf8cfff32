//! Cycles among the modules of a crate.
//!
//! A unit is a top-level module with the modules inside it: `x.rs` and `x/*.rs` together. Unit `a` uses unit `b`
//! where a path in it begins with `crate::b` or reaches `b` through `super`; a name that the crate root re-exports counts
//! as the unit that defines it. Test code is ignored, and so are `lib.rs` and `main.rs`, which may use every unit.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use anyhow::Context;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Which units a unit uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// The cycles among the units of a `src` folder, such as `load → options → load`: shortest first, and only those that
/// share no unit with a shorter one.
pub(crate) fn of(source: &Path) -> anyhow::Result<Vec<String>> {
    Ok(cycles(&uses(source)?))
}

fn uses(source: &Path) -> anyhow::Result<Uses> {
    let mut exported = BTreeMap::new();
    let mut modules = Vec::new();
    for file in crate::tidy::rust_files(source)? {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let tokens: TokenStream =
            text.parse().map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
        let module: Vec<String> = file
            .strip_prefix(source)?
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .filter(|part| part != "mod")
            .collect();
        match &module[..] {
            [root] if root == "lib" || root == "main" => exports(tokens, &mut exported),
            _ => modules.push((module, tokens)),
        }
    }
    let units: BTreeSet<String> = modules.iter().map(|(module, _)| module[0].clone()).collect();
    let mut uses = Uses::new();
    for (module, tokens) in modules {
        let mut names = BTreeSet::new();
        named(tokens, module.len(), &mut names);
        let used = names.into_iter().filter_map(|name| {
            let origin = exported.get(&name).filter(|_| !units.contains(&name));
            Some(origin.cloned().unwrap_or(name)).filter(|unit| units.contains(unit) && *unit != module[0])
        });
        uses.entry(module[0].clone()).or_default().extend(used);
    }
    Ok(uses)
}

/// The names that a module, `depth` below the crate root, takes from the root: `a` and `b` in `crate::{a, b::c}`.
fn named(tokens: TokenStream, depth: usize, names: &mut BTreeSet<String>) {
    let tokens = without_tests(tokens);
    for (place, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => named(group.stream(), depth, names),
            TokenTree::Ident(ident) if ident == "crate" => {
                if let Some(rest) = after_colons(&tokens[place + 1..]) {
                    first_names(rest, names);
                }
            }
            // The first of several; a path that goes up less than to the root stays in the unit.
            TokenTree::Ident(ident) if ident == "super" && !follows_super(&tokens[..place]) => {
                let mut rest = after_colons(&tokens[place + 1..]);
                for _ in 1..depth {
                    rest = rest.and_then(after_super);
                }
                if let Some(rest) = rest {
                    first_names(rest, names);
                }
            }
            _ => {}
        }
    }
}

/// The tokens without the items under `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut skipping = false;
    for token in tokens {
        if skipping {
            skipping = !ends_item(&token);
        } else if is_cfg_test(&token) {
            kept.pop();
            skipping = true;
        } else {
            kept.push(token);
        }
    }
    kept
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

fn is_cfg_test(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group)
        if group.delimiter() == Delimiter::Bracket && group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// What follows `::`.
fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(two), rest @ ..]
            if one.as_char() == ':' && two.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// What follows `super::`.
fn after_super(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Ident(ident), rest @ ..] if ident == "super" => after_colons(rest),
        _ => None,
    }
}

fn follows_super(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(ident), TokenTree::Punct(_), TokenTree::Punct(_)] if ident == "super")
}

/// The first name of a path, or of each path of a group.
fn first_names(tokens: &[TokenTree], names: &mut BTreeSet<String>) {
    match tokens.first() {
        Some(TokenTree::Ident(ident)) => {
            names.insert(ident.to_string());
        }
        Some(TokenTree::Group(group)) => {
            for path in paths(group) {
                first_names(&path, names);
            }
        }
        _ => {}
    }
}

/// The paths of a group `{a, b::c}`.
fn paths(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    tokens.split(is_comma).map(<[TokenTree]>::to_vec).collect()
}

/// The names that a crate root re-exports, each with the unit that it comes from.
fn exports(tokens: TokenStream, exported: &mut BTreeMap<String, String>) {
    let tokens = without_tests(tokens);
    for (place, token) in tokens.iter().enumerate() {
        let rest = &tokens[place + 1..];
        let is_use = matches!(token, TokenTree::Ident(ident) if ident == "use");
        let end = rest.iter().position(ends_statement).unwrap_or(rest.len());
        if let (true, [TokenTree::Ident(unit), path @ ..]) = (is_use, &rest[..end]) {
            last_names(path, &unit.to_string(), exported);
        }
    }
}

fn ends_statement(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

/// The last name of a path, which is its alias where it has one, or of each path of its group.
fn last_names(path: &[TokenTree], unit: &str, exported: &mut BTreeMap<String, String>) {
    match path.last() {
        Some(TokenTree::Ident(ident)) => {
            exported.insert(ident.to_string(), unit.to_owned());
        }
        Some(TokenTree::Group(group)) => {
            for path in paths(group) {
                last_names(&path, unit, exported);
            }
        }
        _ => {}
    }
}

fn cycles(uses: &Uses) -> Vec<String> {
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    let mut cycles = Vec::new();
    let mut shortest: Vec<Vec<&str>> = uses.keys().filter_map(|unit| shortest_cycle(uses, unit)).collect();
    shortest.sort_by_key(Vec::len);
    for cycle in shortest {
        if cycle.iter().any(|unit| reported.contains(unit)) {
            continue;
        }
        reported.extend(&cycle);
        cycles.push(cycle.join(" → "));
    }
    cycles
}

/// The shortest path from a unit back to itself, found breadth first.
fn shortest_cycle<'a>(uses: &'a Uses, start: &'a str) -> Option<Vec<&'a str>> {
    let mut queue = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(path) = queue.pop_front() {
        let last = *path.last()?;
        for next in uses.get(last).into_iter().flatten() {
            let path: Vec<&str> = path.iter().copied().chain([next.as_str()]).collect();
            if next == start {
                return Some(path);
            }
            if seen.insert(next.as_str()) {
                queue.push_back(path);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    /// The cycles of a crate of these files.
    fn cycles(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        super::of(folder.path()).unwrap()
    }

    #[test]
    fn the_shortest_cycle_is_reported() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::{b::Bee, d};"),
            ("b.rs", "fn f() -> u8 { crate::c::see() }"),
            ("c.rs", "use super::a;"),
            ("d.rs", "pub struct D;"),
        ];
        assert_eq!(cycles(&files), ["a → b → c → a"]);
        assert_eq!(cycles(&files[..3]), [""; 0]);
    }

    #[test]
    fn re_exported_names_count_as_their_unit() {
        let root = "pub use a::{One, Two as Second}; pub use b::Three;";
        let b = ("b.rs", "pub struct Three(vec![crate::Second]);");
        assert_eq!(cycles(&[("lib.rs", root), ("a.rs", "use crate::Three;"), b]), ["a → b → a"]);
        assert_eq!(cycles(&[("lib.rs", root), ("a.rs", "use crate::Two;"), b]), [""; 0]);
    }

    #[test]
    fn a_parent_and_its_children_are_one_unit() {
        let inside = [
            ("main.rs", ""),
            ("a.rs", "mod x; use self::x::Y;"),
            ("a/x.rs", "use super::Z; use crate::a::W;"),
        ];
        assert_eq!(cycles(&inside), [""; 0]);
        let outside = [("a.rs", "mod x;"), ("a/x.rs", "use super::super::b;"), ("b.rs", "use crate::a;")];
        assert_eq!(cycles(&outside), ["a → b → a"]);
    }

    #[test]
    fn tests_comments_and_strings_are_ignored() {
        let text = "//! crate::b\n/// [`crate::b`]\n#[cfg(test)] mod tests { use crate::b; }\nconst T: &str = \"crate::b\";";
        assert_eq!(cycles(&[("a.rs", text), ("b.rs", "use crate::a;")]), [""; 0]);
    }
}
