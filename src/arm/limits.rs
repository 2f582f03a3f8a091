//! How large Resource Manager lets a template be (MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/
//! best-practices.md, and Azure/bicep, src/Bicep.Core/Analyzers/Linter/Rules/MaxNumber*Rule.cs). Where the two differ, or what
//! was seen to be taken is more, the larger number counts here.

use super::evaluator::Evaluator;
use super::frame::FrameId;
use crate::declared::Problem;

/// Bytes of a template or parameter file; spaces, which clients leave out, don't count.
pub(super) const BYTES: usize = 4 << 20;
/// Characters of an expression with its brackets. Documents say 24,576; Azure/bicep issue 3315 shows this one.
pub(super) const EXPRESSION: usize = 131_072;

const PARAMETERS: usize = 256;
const VARIABLES: usize = 512;
const RESOURCES: usize = 800;
const OUTPUTS: usize = 64;

/// What may be fewer in each template when there are several.
const HELP: &str = "Resource Manager refuses the template; nested or linked deployments hold as many again, and objects or arrays several values in one";

/// Whether a file is larger than Resource Manager takes.
pub(super) fn is_too_large(text: &str) -> bool {
    let counts = |b: &&u8| !b.is_ascii_whitespace();
    text.len() > BYTES && text.as_bytes().iter().filter(counts).count() > BYTES
}

impl Evaluator<'_> {
    /// Tells of what there is too much of in the template of a deployment.
    pub(super) fn check_size(&self, frame: FrameId) {
        let frame = self.frame(frame);
        let _assuming = self.assume_exists(&frame.exists);
        if !self.is_certain() {
            return;
        }
        let resources = self.resources(frame.id);
        let deployed = resources.iter().flat_map(|r| &r.list);
        // Whether those of false conditions count is not documented.
        let deployed = deployed.filter(|r| r.managed && r.exists.as_bool() == Some(true));
        for (section, there, limit) in [
            ("parameters", frame.parameters.len(), PARAMETERS),
            ("variables", frame.variables.len(), VARIABLES),
            ("resources", deployed.count(), RESOURCES),
            ("outputs", frame.outputs.len(), OUTPUTS),
        ] {
            if let Some(section_at) = frame.template.property(section)
                && there > limit
            {
                let message = format!("the template has {there} {section}, more than {limit}");
                self.problem(Problem::at(section_at.key_span, message).help(HELP));
            }
        }
    }
}
