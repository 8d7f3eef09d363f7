//! Uploads the functions' code to the S3 bucket of the deployment.

use anyhow::Result;

use super::Deployment;
use crate::process::output;

impl Deployment<'_> {
    /// Uploads the functions' code. Then writes `packaged.yaml`: the deployment's template with references to the uploaded
    /// code.
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
}
