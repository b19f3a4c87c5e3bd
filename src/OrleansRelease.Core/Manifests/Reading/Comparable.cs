using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>A version that is compared with others.</summary>
internal static class Comparable
{
    public static VersionName? Read(Field? field)
    {
        var version = field?.Version();
        if (version is null || SemanticVersion.Of(version) is not null) return version;
        field!.Report(
            ProblemCode.BadVersion, "this version is compared with others, so it must be a semantic one",
            Nearest($"{version}") ?? SemanticVersion.Shape);
        return null;
    }

    // What people leave out, and what they put before it.
    private static string? Nearest(string version) =>
        new[] { version.TrimStart('v', 'V'), $"{version}.0", $"{version.TrimStart('v', 'V')}.0" }
            .FirstOrDefault(near => SemanticVersion.Parse(near) is not null);
}
