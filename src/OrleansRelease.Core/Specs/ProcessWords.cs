using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// What may be said to the target <c>process</c>: manifests are held to it, and the adapter again when it reads them.
/// </summary>
public static partial class ProcessWords
{
    /// <summary>What the target is called.</summary>
    public const string Target = "process";

    public const string Replicas = "replicas";

    public const string WorkingDirectory = "workingDirectory";

    public const int MaxReplicas = 32;

    public const string VersionShape =
        "letters, digits, '.', '_', '+' and '-', beginning with a letter, a digit or '_'";

    /// <summary>The words among its settings.</summary>
    public static readonly ImmutableArray<string> Settings = [Replicas, VersionEndpoint.Setting, WorkingDirectory];

    /// <summary>What is filled into a command, in {{ and }}.</summary>
    public static readonly ImmutableArray<string> Placeholders = ["service", "environment", "version", "port"];

    /// <summary>
    /// Whether a version may stand in a command, where it becomes an argument and often part of a path: ../ must not
    /// lead out of its folder, nor a dash be an option.
    /// </summary>
    public static bool IsPlain(VersionName version) => PlainVersion().IsMatch(version.ToString());

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+-]*\z")]
    private static partial Regex PlainVersion();
}
