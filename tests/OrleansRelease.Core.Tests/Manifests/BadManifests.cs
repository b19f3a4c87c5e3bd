using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

/// <summary>One file for each mistake, and beside it what people are told.</summary>
public sealed class BadManifests
{
    private static readonly string Folder = Path.Combine(
        Samples.Root, "tests", "OrleansRelease.Core.Tests", "Manifests", "Bad");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public void There_are_many_of_them() => Assert.True(Names.Count >= 60);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_answered_with_the_place_the_value_the_reason_and_what_would_be_right(string name)
    {
        var expected = File.ReadAllLines(Path.Combine(Folder, Path.ChangeExtension(name, ".expected")));

        var problems = Read(name).Problems;

        Assert.Equal(expected, problems.Select(problem => $"{problem.Code} {problem}"));
        Assert.NotEmpty(expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_written_stands_where_the_problem_says(string name)
    {
        var lines = File.ReadAllText(Path.Combine(Folder, name)).Split('\n');
        foreach (var problem in Read(name).Problems)
        {
            Assert.InRange(problem.Line, 1, lines.Length);
            Assert.InRange(problem.Column, 1, lines[problem.Line - 1].Length + 1);
            if (!IsLiteral(problem)) continue;
            var there = lines[problem.Line - 1][(problem.Column - 1)..].TrimStart('"', '\'');
            Assert.StartsWith(problem.Value!.Trim('"').TrimEnd('…'), there, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_manifest_with_a_problem_is_read(string name)
    {
        var reading = Read(name);

        // In these the other document is right.
        var others = name.Contains("twice", StringComparison.Ordinal)
            || name.Contains("second", StringComparison.Ordinal);
        Assert.True(reading.Manifests.Length <= (others ? 1 : 0));
    }

    [Fact]
    public void A_secret_that_was_written_out_is_never_shown()
    {
        var reading = Read(Assert.Single(Directory.EnumerateFiles(Folder, "*-secret-written-out.yaml")
            .Select(Path.GetFileName))!);

        Assert.DoesNotContain("hunter2", string.Concat(reading.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_are_counted_up_to_a_bound_that_is_told()
    {
        var fields = string.Concat(Enumerable.Range(0, 1000).Select(i => $"  field{i}: x\n"));

        var problems = ManifestReader.Read(
            $"apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n{fields}",
                "many.yaml").Problems;

        Assert.Equal(Core.Manifests.Yaml.YamlLimits.MaxProblems + 1, problems.Length);
        Assert.Equal(ProblemCode.TooManyProblems, problems[^1].Code);
    }

    private static ManifestReading Read(string name) =>
        ManifestReader.Read(File.ReadAllText(Path.Combine(Folder, name)), name);

    // Objects and lists are shown abridged, keys by their own name, characters by their number.
    private static bool IsLiteral(Problem problem) => problem.Value is { } value
        && value is not ("{}" or "[]" or "\"\"")
            && value[0] is not '[' && !value.Contains('…', StringComparison.Ordinal)
        && !value.StartsWith("U+", StringComparison.Ordinal) && problem.Code != ProblemCode.MissingField;
}
