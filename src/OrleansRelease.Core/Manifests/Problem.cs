using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// One thing that is wrong with a file: where, what was written, why it cannot be, what would be right.
/// </summary>
/// <param name="Code">A stable word.</param>
/// <param name="File">The file's name as the caller gave it.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Path">The field, such as <c>spec.strategy.canary.steps[1].pause</c>.</param>
/// <param name="Value">What was written, shortened; null when nothing was, or when it may be a secret.</param>
/// <param name="Reason">Why it is wrong.</param>
/// <param name="Expected">What would be right.</param>
public sealed record Problem(
    string Code, string File, int Line, int Column, string Path, string? Value, string Reason, string Expected)
{
    public override string ToString()
    {
        var got = Value is null ? "" : $"; got {Value}";
        var path = Path.Length == 0 ? "" : $" {Path}:";
        return string.Create(
            CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}:{path} {Reason}{got}; write {Expected}");
    }
}

/// <summary>Every manifest of a file that is right, and every problem of those that are not.</summary>
/// <param name="Manifests">What can be applied.</param>
/// <param name="Problems">What keeps the others from it.</param>
/// <param name="Lines">Where each of the manifests begins.</param>
public sealed record ManifestReading(
    ImmutableArray<Manifest> Manifests, ImmutableArray<Problem> Problems, ImmutableArray<int> Lines)
{
    public bool IsClean => Problems.IsEmpty;
}
