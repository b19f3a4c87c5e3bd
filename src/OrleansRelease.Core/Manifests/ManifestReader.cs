using System.Collections.Immutable;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// Reads manifests from the text of a file: every one that is right, and every problem of the others.
/// </summary>
public static class ManifestReader
{
    private const string Kinds = "kind: Service, Environment, AnalysisTemplate, Strategy, Monitor or Release";

    private static readonly string[] NotYet = ["Policy", "Team"];

    /// <param name="yaml">The file's content; several documents are separated by <c>---</c>.</param>
    /// <param name="fileName">How problems name the file.</param>
    public static ManifestReading Read(string yaml, string fileName)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var sink = new ProblemSink(fileName);
        var (manifests, lines) = (ImmutableArray.CreateBuilder<Manifest>(), ImmutableArray.CreateBuilder<int>());
        var seen = new HashSet<(ManifestKind, string)>();
        var documents = YamlTree.Read(yaml, sink)
            .Select(document => (Field: new Field(document.Node, document.Node.At, "", sink), document.IsClean))
            .Where(document => !document.Field.IsNothing).ToList();
        foreach (var (document, isClean) in documents)
        {
            var before = sink.Count;
            var manifest = ReadDocument(document);
            if (manifest is null || !isClean || sink.Count > before) continue;
            if (seen.Add((manifest.Kind, manifest.Name)))
            {
                manifests.Add(manifest);
                lines.Add(document.KeyAt.Line);
                continue;
            }

            document.ReportKey(ProblemCode.DuplicateName,
                $"{manifest.Kind} {manifest.Name} stands in this file twice", "each manifest once");
        }

        if (documents.Count == 0 && sink.Count == 0)
            sink.Add(ProblemCode.Empty, new Place(1, 1), "", null, "there is no manifest in this file", Kinds);
        return new ManifestReading(manifests.ToImmutable(), sink.ToImmutable(), lines.ToImmutable());
    }

    private static Manifest? ReadDocument(Field document)
    {
        if (document.Object("a manifest: apiVersion, kind, metadata, spec") is not { } fields) return null;
        CheckVersion(fields.Need("apiVersion", $"apiVersion: {Manifest.ApiVersion}"));
        var kindField = fields.Need("kind", Kinds);
        var kind = kindField is null ? null : Kind(kindField);
        var head = fields.Need("metadata", "metadata: {name: NAME}");
        var spec = fields.Need("spec", "spec: with the manifest's fields");
        // Without a kind nothing below spec has a meaning, so nothing is said about it.
        if (kind is null) return null;
        fields.End();
        var metadata = head is null ? null : Head(head, kind.Value);
        var body = spec?.Object("the manifest's fields");
        return body is null ? null : Build(kind.Value, metadata ?? new ManifestHead(""), body);
    }

    private static Manifest Build(ManifestKind kind, ManifestHead head, Fields spec) => kind switch
    {
        ManifestKind.Service => new ServiceManifest(head, ServiceReader.Read(spec)),
        ManifestKind.Environment => new EnvironmentManifest(head, EnvironmentReader.Read(spec)),
        ManifestKind.AnalysisTemplate => new AnalysisTemplateManifest(head, TemplateReader.Read(spec)),
        ManifestKind.Release => new ReleaseManifest(head, ReleaseReader.Read(spec)),
        ManifestKind.Monitor => new MonitorManifest(head, MonitorReader.Read(spec)),
        _ => new StrategyManifest(head, StrategyReader.Spec(spec)),
    };

    private static void CheckVersion(Field? field)
    {
        if (field?.Scalar(Manifest.ApiVersion) is not { } text || text == Manifest.ApiVersion) return;
        field.Report(ProblemCode.UnknownKind, "this version of the language is not known", Manifest.ApiVersion);
    }

    private static ManifestKind? Kind(Field field)
    {
        if (field.Scalar(Kinds) is not { } text) return null;
        if (Enum.GetNames<ManifestKind>().Contains(text)) return Enum.Parse<ManifestKind>(text);
        var (code, reason, expected) = NotYet.Contains(text)
            ? (ProblemCode.NotYetSupported, "this kind is known and not yet supported by this version", Kinds)
            : (ProblemCode.UnknownKind, "this kind is not known",
                PeerKind(text) ?? Words.Nearest(text, Enum.GetNames<ManifestKind>()) ?? Kinds);
        field.Report(code, reason, expected);
        return null;
    }

    private static string? PeerKind(string kind) => kind switch
    {
        "Rollout" or "Canary" or "Deployment" or "Application" =>
            "kind: Service, with the steps in its strategy or in a Strategy",
        "ClusterAnalysisTemplate" or "MetricTemplate" => "kind: AnalysisTemplate",
        "Stage" or "Namespace" => "kind: Environment",
        "Probe" or "Synthetic" or "Check" => "kind: Monitor",
        _ => null,
    };

    private static ManifestHead? Head(Field field, ManifestKind kind)
    {
        if (field.Object("{name: NAME}") is not { } fields) return null;
        var named = fields.Need("name", "name: NAME");
        var name = kind == ManifestKind.Release
            ? named is null ? null : ReleaseReader.Name(named)
            : named?.Name("a name, unique per kind");
        if ((kind == ManifestKind.Strategy && name is not null && StrategyReader.IsBuiltIn(name))
            || (kind == ManifestKind.AnalysisTemplate && name is not null && BuiltIn.Template(name) is not null))
        {
            named!.Report(ProblemCode.ReservedName, "this name is built in", "another name");
        }

        var labels = fields.Take("labels") is { } written ? Labels.Read(written) : null;
        fields.End();
        return new ManifestHead(name ?? "", labels);
    }
}
