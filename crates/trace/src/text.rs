//! A log as text: the line forms of nanoBragg's own trace.
//!
//! ```text
//! TRACE_RS:distance_m=0.1
//! DETECTOR_FAST_AXIS 0 0 1
//! TRACE_CONFIG: tracing pixel (spixel=32, fpixel=64)
//! TRACE_RS: hkl_frac 2.5 6.25 3.75
//! TRACE_RS_PHI phi_tic=0 phi_deg=5 k_frac=6.25 F_latt_b=1.5 F_latt=2
//! ```
//!
//! Numbers are written as C's `%.15g`, which loses the last bit or two; text read back and written again is the
//! same text.

mod defect;
mod parse;
mod source;
mod write;

pub use parse::parse;
pub use write::write;

/// What the lines of this program begin with; those of the C program begin with `TRACE_C`.
pub const PREFIX: &str = "TRACE_RS";

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{PREFIX, parse, write};
    use crate::{Form, Line, Log, Value, json};

    fn written(log: &Log) -> String {
        let mut text = Vec::new();
        write(log, PREFIX, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn fields(numbers: impl Strategy<Value = f64>) -> impl Strategy<Value = Value> {
        prop::collection::btree_map("[a-z][a-z_]{0,6}", numbers, 1..5).prop_map(|fields| {
            Value::Fields(fields.into_iter().map(|(name, number)| (Cow::Owned(name), number)).collect())
        })
    }

    /// Any line that has a text; its keys start with `q_`, since those with a meaning have a fixed shape.
    fn line(number: impl Strategy<Value = f64> + Clone + 'static) -> impl Strategy<Value = Line> {
        let numbers = prop::collection::vec(number.clone(), 1..5).prop_map(Value::Numbers);
        let row = prop::array::uniform3(number.clone());
        let value = prop_oneof![
            numbers.clone(),
            "W[A-Z_]{0,5}".prop_map(|name| Value::Name(Cow::Owned(name))),
            fields(number.clone()),
            prop::array::uniform3(row).prop_map(Value::Matrix),
        ];
        let any = (prop_oneof![Just(Form::Geometry), Just(Form::Step)], "q_[a-z0-9_]{1,8}", value);
        let axis = (Just(Form::Axis), "DETECTOR_Q[A-Z_]{0,8}", numbers);
        let config = (Just(Form::Config), "TRACE_CONFIG", fields(number.clone()));
        let evaluation = (Just(Form::Evaluation), "[A-Z]{1,8}", fields(number));
        prop_oneof![
            any.prop_map(|(form, key, value)| Line { form, key: Cow::Owned(key), value }),
            axis.prop_map(|(form, key, value)| Line { form, key: Cow::Owned(key), value }),
            config.prop_map(|(form, key, value)| Line { form, key: Cow::Owned(key), value }),
            evaluation.prop_map(|(form, key, value)| Line { form, key: Cow::Owned(key), value }),
        ]
    }

    proptest! {
        #[test]
        fn text_read_back_writes_the_same_text(lines in prop::collection::vec(line(any::<f64>()), 1..20)) {
            let text = written(&Log::new(lines));
            let log = parse(&text, "written").unwrap();
            prop_assert_eq!(written(&log), text);
        }

        #[test]
        fn text_of_few_digits_reads_back_as_the_record(
            lines in prop::collection::vec(line((-99_999_i32..99_999).prop_map(|n| f64::from(n) / 64.0)), 1..20),
        ) {
            let log = Log::new(lines);
            prop_assert_eq!(parse(&written(&log), "written").unwrap(), log);
        }

        #[test]
        fn json_reads_back_as_the_record(
            lines in prop::collection::vec(line(any::<f64>().prop_filter("a NaN equals nothing", |n| !n.is_nan())), 0..20),
        ) {
            let log = Log::new(lines);
            let mut written = Vec::new();
            json::write(&log, &mut written).unwrap();
            let text = String::from_utf8(written).unwrap();
            prop_assert_eq!(json::parse(&text, "written").unwrap(), log, "{}", text);
        }
    }
}
