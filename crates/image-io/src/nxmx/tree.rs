//! Groups and fields of NeXus.

use rust_hdf5::types::H5Type;
use rust_hdf5::{DatatypeMessage, H5Dataset, H5File, H5Group, Result};

/// A group of a class.
pub(super) struct Node {
    group: H5Group,
    /// From the root.
    path: String,
}

/// A movement, or a direction with a length along it, in the frame of NeXus.
pub(super) struct Axis<'a> {
    pub(super) kind: &'a str,
    pub(super) units: &'a str,
    pub(super) vector: [f64; 3],
    /// The path of the one that this one is moved by; `.` for none.
    pub(super) depends_on: &'a str,
}

impl Node {
    /// The root of a file.
    pub(super) fn root(file: &H5File) -> Result<Self> {
        let group = file.root_group();
        file.set_attr_string("NX_class", "NXroot")?;
        Ok(Self { group, path: String::new() })
    }

    /// A new group in this one.
    pub(super) fn child(&self, name: &str, class: &str) -> Result<Self> {
        let group = self.group.create_group(name)?;
        group.set_attr_string("NX_class", class)?;
        Ok(Self { group, path: self.path_of(name) })
    }

    /// The path of something in this group, from the root.
    pub(super) fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    pub(super) fn group(&self) -> &H5Group {
        &self.group
    }

    /// One number.
    pub(super) fn number<T: H5Type>(&self, name: &str, value: T) -> Result<H5Dataset> {
        let field = self.group.new_dataset::<T>().scalar().create(name)?;
        field.write_raw(&[value])?;
        Ok(field)
    }

    /// One number in a unit, where it is known.
    pub(super) fn quantity(&self, name: &str, value: Option<f64>, units: &str) -> Result<()> {
        match value {
            Some(value) => text_attribute(&self.number(name, value)?, "units", units),
            None => Ok(()),
        }
    }

    /// Numbers in a row.
    pub(super) fn numbers<T: H5Type>(&self, name: &str, values: &[T]) -> Result<H5Dataset> {
        let field = self.group.new_dataset::<T>().shape([values.len()]).create(name)?;
        field.write_raw(values)?;
        Ok(field)
    }

    /// A text, unless there is none.
    pub(super) fn text(&self, name: &str, value: &str) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        // The byte of the end counts.
        let bytes = [value.as_bytes(), &[0]].concat();
        let size = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
        let kind = DatatypeMessage::fixed_string_utf8(size);
        self.group.new_dataset::<u8>().datatype(kind).scalar().create(name)?.write_raw_bytes(&bytes)
    }

    /// One value of a movement.
    pub(super) fn axis(&self, name: &str, value: f64, axis: &Axis<'_>) -> Result<()> {
        axis.describe(&self.number(name, value)?)
    }

    /// Values of a movement, one of each image.
    pub(super) fn axis_per_image(&self, name: &str, values: &[f64], axis: &Axis<'_>) -> Result<()> {
        axis.describe(&self.numbers(name, values)?)
    }
}

impl Axis<'_> {
    fn describe(&self, field: &H5Dataset) -> Result<()> {
        text_attribute(field, "units", self.units)?;
        text_attribute(field, "transformation_type", self.kind)?;
        text_attribute(field, "depends_on", self.depends_on)?;
        field.new_attr::<f64>().shape([3]).create("vector")?.write_array(&self.vector)
    }
}

pub(super) fn text_attribute(field: &H5Dataset, name: &str, value: &str) -> Result<()> {
    field.new_attr::<rust_hdf5::types::VarLenUnicode>().create(name)?.write_string(value)
}
