using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>One field of a request that cannot be: where, what was given, why not, what would be right.</summary>
/// <param name="Path">The field, such as <c>metrics[1].effectSize.measure</c>.</param>
/// <param name="Value">What was given, shortened; null when nothing was.</param>
/// <param name="Reason">Why it cannot be.</param>
/// <param name="Expected">What would be right.</param>
public sealed record FieldProblem(string Path, string? Value, string Reason, string Expected)
{
    public override string ToString() =>
        $"{Path}: {Reason}{(Value is null ? "" : $"; got {Value}")}; write {Expected}";
}

/// <summary>All that is wrong with one request, as far as anybody wants to read it.</summary>
internal sealed class FieldProblems
{
    private const int Most = 50;

    private const int LongestShown = 60;

    private readonly ImmutableArray<FieldProblem>.Builder _found = ImmutableArray.CreateBuilder<FieldProblem>();

    public bool IsEmpty => _found.Count == 0;

    public ImmutableArray<FieldProblem> All => _found.ToImmutable();

    public void Add(string path, string? value, string reason, string expected)
    {
        if (_found.Count >= Most) return;
        var shown = value is { Length: > LongestShown } ? value[..LongestShown] + "…" : value;
        _found.Add(new(path, shown, reason, expected));
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public double Number(string path, double? given, double otherwise, double least, double most)
    {
        if (given is not { } number) return otherwise;
        if (number >= least && number <= most) return number;
        Add(path, Text($"{number}"), "it is out of range", double.IsFinite(most)
            ? Text($"a number from {least} to {most}")
            : Text($"a number of {least} or more"));
        return otherwise;
    }

    /// <summary>A finite number, or none.</summary>
    public double? Finite(string path, double? given)
    {
        if (given is { } number && !double.IsFinite(number))
            Add(path, Text($"{number}"), "it is not finite", "a number");
        return given;
    }

    public int Whole(string path, int? given, int otherwise, int least) => Whole(path, given, least) ?? otherwise;

    public int? Whole(string path, int? given, int least)
    {
        if (given < least) Add(path, Text($"{given}"), "it is too small", Text($"a whole number from {least} on"));
        return given;
    }

    /// <summary>One of an enum's names in camelCase, as people write them.</summary>
    public T Word<T>(string path, string? given, T otherwise)
        where T : struct, Enum
    {
        if (given is null) return otherwise;
        foreach (var value in Enum.GetValues<T>())
        {
            if (CamelCase($"{value}") == given) return value;
        }

        Add(path, given, "this word is not known", OneOf([.. Enum.GetNames<T>().Select(CamelCase)]));
        return otherwise;
    }

    /// <summary>A field that this judge has no use for: it would be wrong to ignore it.</summary>
    public void Unused(string path, bool isGiven, string judge)
    {
        if (isGiven) Add(path, null, $"judge {judge} has no use for it", "nothing: leave it out");
    }

    public static string OneOf(IReadOnlyList<string> words) => words.Count == 1
        ? words[0]
        : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
