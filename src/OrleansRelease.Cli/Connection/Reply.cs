using System.Collections.Immutable;
using System.Net;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Connection;

/// <summary>What became of a request.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>What the API answered: JSON, but for rules, which are YAML.</summary>
    public sealed record Answered(string Json) : Reply;

    /// <summary>The server said no.</summary>
    public sealed record Refused(HttpStatusCode Status, ProblemBody Problem, string Json) : Reply;

    /// <summary>The command may have been carried out; <c>Again</c> is the command line that repeats it.</summary>
    public sealed record Unknown(string Why, string Again = "", bool IsInterrupted = false) : Reply;

    public sealed record Unreachable(string Why) : Reply;
}

/// <summary>A problem as the API writes it.</summary>
internal sealed record ProblemBody(
    string? Code, int? Status, string? Detail, string? Accepted, ImmutableArray<Problem>? Problems = null);
