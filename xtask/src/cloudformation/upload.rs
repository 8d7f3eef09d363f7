//! The code of the functions, in its bucket.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::Deployment;
use crate::files::{read_json, write_private_json};
use crate::process::output;

impl Deployment<'_> {
    /// Uploads the code and writes `packaged.yaml`.
    pub(crate) fn upload(&self) -> Result<()> {
        if self
            .aws
            .run(&["s3api", "head-bucket", "--bucket", self.bucket])
            .is_err()
        {
            self.aws
                .run(&["s3", "mb", &format!("s3://{}", self.bucket)])?;
        }
        let mut command = self.aws.command(&[
            "cloudformation",
            "package",
            "--template-file",
            "template.yaml",
        ]);
        command.args([
            "--s3-bucket",
            self.bucket,
            "--output-template-file",
            "packaged.yaml",
        ]);
        output(command.current_dir(self.package)).map(|_| ())
    }

    /// Notes what was uploaded.
    pub(crate) fn note_uploaded(&self, fingerprint: &str) -> Result<()> {
        write_private_json(&self.note(), &fingerprint)
    }

    /// Whether that very code was uploaded before, and lies there still.
    pub(crate) fn is_uploaded(&self, fingerprint: &str) -> bool {
        let noted = read_json::<String>(&self.note()).unwrap_or_default();
        let packaged = fs::read_to_string(self.package.join("packaged.yaml"));
        let (true, Ok(packaged)) = (noted.as_deref() == Some(fingerprint), packaged) else {
            return false;
        };
        let listed = self
            .aws
            .json(&["s3api", "list-objects-v2", "--bucket", self.bucket])
            .unwrap_or_default();
        let lies_there = |key: &str| {
            let mut objects = listed["Contents"].as_array().into_iter().flatten();
            objects.any(|object| object["Key"] == key)
        };
        let keys = keys(&packaged, self.bucket);
        !keys.is_empty() && keys.iter().all(|key| lies_there(key))
    }

    fn note(&self) -> PathBuf {
        self.package.join("uploaded.json")
    }
}

/// The objects of the bucket that a template names.
fn keys<'a>(packaged: &'a str, bucket: &str) -> Vec<&'a str> {
    let begin = format!("s3://{bucket}/");
    let words = packaged.split_whitespace();
    words.filter_map(|word| word.strip_prefix(&begin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packaged_template_names_its_code() {
        let packaged = "Resources:\n  ApiFunction:\n    Properties:\n      CodeUri: s3://code/00ff\n      \
                        Timeout: 28\n  Relay:\n      CodeUri: s3://code/11ee\n      Url: s3://other/22dd\n";
        assert_eq!(keys(packaged, "code"), ["00ff", "11ee"]);
        assert_eq!(keys("CodeUri: target/lambda/api/", "code"), [""; 0]);
    }
}
