using System.Collections.Immutable;

namespace OrleansRelease.Core.Manifests.Yaml;

/// <summary>Collects every problem of one file, up to a bound that says that it was reached.</summary>
internal sealed class ProblemSink(string file)
{
    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();

    public int Count => _problems.Count;

    /// <summary>Whether what is added now is not shown: nothing that costs time need be found out for it.</summary>
    public bool IsFull => _problems.Count >= YamlLimits.MaxProblems;

    public void Add(string code, Place at, string path, string? value, string reason, string expected)
    {
        if (_problems.Count > YamlLimits.MaxProblems) return;
        if (_problems.Count == YamlLimits.MaxProblems)
        {
            (code, path, value, reason, expected) = (ProblemCode.TooManyProblems, "", null,
                $"there are more than {YamlLimits.MaxProblems} problems, the rest is not shown",
                "these right first");
        }

        _problems.Add(new Problem(
            code, file, at.Line, at.Column, path, value is null ? null : Shown.Of(value), reason, expected));
    }

    /// <summary>In the order in which they stand in the file.</summary>
    public ImmutableArray<Problem> ToImmutable() =>
        [.. _problems.OrderBy(problem => problem.Code == ProblemCode.TooManyProblems)
            .ThenBy(problem => problem.Line).ThenBy(problem => problem.Column)];
}
