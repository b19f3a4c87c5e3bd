using OrleansRelease.Core.Manifests.Reading;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind Release in the long form.</summary>
internal static class ReleaseForm
{
    public static TextNode.Map Of(ReleaseSpec spec) => new MapBuilder()
        .AddMap("services", spec.Services, Of)
        .AddList("requires", spec.Requires, requirement => new MapBuilder()
            .Add("service", $"{requirement.Service}")
            .Add("atLeast", $"{requirement.AtLeast}")
            .Add("otherwise", requirement.Otherwise is { } word ? Texts.ToWord($"{word}") : null)
            .ToMap())
        .AddList("environments", spec.Environments, name => new TextNode.Scalar($"{name}"))
        .Add("maxParallel", spec.MaxParallel)
        .Add("onFailure", spec.OnFailure is { } failure ? Texts.ToWord($"{failure}") : null)
        .Add("rollback", spec.Rollback is { } rollback
            ? new MapBuilder().Add("within", rollback.Within).ToMap()
            : null)
        .Add("stabilise", spec.Stabilise is { } stabilise
            ? new MapBuilder().Add("for", stabilise.For).Add("within", stabilise.Within).ToMap()
            : null)
        .Add("emergency", spec.Emergency)
        .ToMap();

    private static TextNode.Map Of(ReleaseEntry service) => new MapBuilder()
        .Add("version", $"{service.Version}")
        .Add("digest", service.Digest)
        .Add("commit", service.Commit)
        .AddList("needs", service.Needs, name => new TextNode.Scalar($"{name}"))
        .ToMap();
}
