using System.Collections.Immutable;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Manifests.Writing;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// Reads and writes releases as people write them: a door of its own for as long as <see cref="ManifestReader"/>
/// answers that they are not yet supported.
/// </summary>
public static class ReleaseText
{
    private const string Expected = $"kind: {ReleaseManifest.Kind}";

    /// <param name="yaml">The file's content; several documents are separated by <c>---</c>.</param>
    /// <param name="fileName">How problems name the file.</param>
    public static ReleaseReading Read(string yaml, string fileName)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var sink = new ProblemSink(fileName);
        var releases = ImmutableArray.CreateBuilder<ReleaseManifest>();
        var documents = YamlTree.Read(yaml, sink)
            .Select(document => (Field: new Field(document.Node, document.Node.At, "", sink), document.IsClean))
            .Where(document => !document.Field.IsNothing).ToList();
        foreach (var (document, isClean) in documents)
        {
            var before = sink.Count;
            var release = Document(document);
            if (release is null || !isClean || sink.Count > before) continue;
            if (releases.All(known => known.Metadata.Name != release.Metadata.Name))
            {
                releases.Add(release);
                continue;
            }

            document.ReportKey(ProblemCode.DuplicateName,
                $"{ReleaseManifest.Kind} {release.Metadata.Name} stands in this file twice", "each manifest once");
        }

        if (documents.Count == 0 && sink.Count == 0)
            sink.Add(ProblemCode.Empty, new Place(1, 1), "", null, "there is no manifest in this file", Expected);
        return new(releases.ToImmutable(), sink.ToImmutable());
    }

    /// <summary>In the long form; reading the text gives the release back.</summary>
    public static string Write(ReleaseManifest release) => YamlText.Write(ReleaseForm.Of(release));

    private static ReleaseManifest? Document(Field document)
    {
        if (document.Object("a manifest: apiVersion, kind, metadata, spec") is not { } fields) return null;
        ManifestReader.CheckVersion(fields.Need("apiVersion", $"apiVersion: {Manifest.ApiVersion}"));
        var kind = fields.Need("kind", Expected);
        var head = fields.Need("metadata", "metadata: {name: NAME}");
        var spec = fields.Need("spec", "spec: with the release's fields");
        if (kind?.Scalar(Expected) is { } word && word != ReleaseManifest.Kind)
        {
            kind.Report(ProblemCode.UnknownKind, "this is not a release", Expected);
            return null;
        }

        fields.End();
        var metadata = head is null ? null : ReleaseReader.Head(head);
        var body = spec?.Object("the release's fields") is { } written ? ReleaseReader.Read(written) : null;
        return body is null ? null : new ReleaseManifest(metadata ?? new ManifestHead(""), body);
    }
}

/// <summary>Every release of a file that is right, and every problem of those that are not.</summary>
public sealed record ReleaseReading(ImmutableArray<ReleaseManifest> Releases, ImmutableArray<Problem> Problems);
