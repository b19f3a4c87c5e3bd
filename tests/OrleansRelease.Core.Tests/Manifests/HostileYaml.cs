using System.Diagnostics;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class HostileYaml
{
    // Generous, because other tests run beside this one; without a bound most of these take minutes or all memory.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private const string Head = "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: a}\nspec:\n";

    public static TheoryData<string, string> Attacks => new()
    {
        { "billion laughs", ProblemCode.NotAllowed },
        { "cyclic alias", ProblemCode.NotAllowed },
        { "tags", ProblemCode.NotAllowed },
        { "tag directives", ProblemCode.NotAllowed },
        { "depth in brackets", ProblemCode.TooLarge },
        { "depth by indentation", ProblemCode.TooLarge },
        { "depth of dashes", ProblemCode.TooLarge },
        { "one huge text", ProblemCode.TooLarge },
        { "one large text", ProblemCode.BadName },
        { "very many keys", ProblemCode.TooLarge },
        { "very many duplicate keys", ProblemCode.DuplicateKey },
        { "very many documents", ProblemCode.TooLarge },
        { "a very long key", ProblemCode.NotAllowed },
        { "open brackets only", ProblemCode.TooLarge },
        { "open braces with keys", ProblemCode.TooLarge },
        { "open quotes only", ProblemCode.Syntax },
        { "spaces only, then a tab", ProblemCode.MissingField },
        { "question marks only", ProblemCode.TooLarge },
        { "half of a character", ProblemCode.NotAllowed },
        { "very many names that are near", ProblemCode.BadReference },
        { "very many environments", ProblemCode.BadReference },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Is_refused_soon_and_says_why(string attack, string code)
    {
        var yaml = Build(attack);
        var clock = Stopwatch.StartNew();

        var reading = ManifestReader.Read(yaml, "hostile.yaml");

        Assert.True(clock.Elapsed < Soon, $"{attack} took {clock.Elapsed}");
        Assert.Empty(reading.Manifests);
        Assert.Contains(code, reading.Problems.Select(problem => problem.Code));
        Assert.True(reading.Problems.Length <= YamlLimits.MaxProblems + 1);
    }

    private const string Release = "apiVersion: orleansrelease/v1\nkind: Release\nmetadata: {name: a}\nspec:\n";

    private static string Long(char letter, int number) => $"n{number:d5}" + new string(letter, 34);

    private static string Build(string attack) => attack switch
    {
        "billion laughs" => Head + "  a0: &a0 [x]\n" + Lines(30, i =>
            $"  a{i + 1}: &a{i + 1} [{string.Join(", ", Enumerable.Repeat($"*a{i}", 10))}]"),
        "cyclic alias" => Head + "  a: &a\n    b: &b [*a, *b]\n",
        "tags" => Head + "  owner: !!python/object/apply:os.system [true]\n",
        "tag directives" => Lines(9_000, i => $"%TAG !e{i}! tag:example.com,{i}:") + "---\n" + Head + "  owner: a\n",
        "depth in brackets" => Head + "  owner: " + new string('[', 10_000) + new string(']', 10_000),
        "depth by indentation" => Head + Lines(1_000, i => new string(' ', i + 2) + "a:"),
        "depth of dashes" => Head + "  owner:\n    " + string.Concat(Enumerable.Repeat("- ", 10_000)) + "a",
        "one huge text" => Head + "  owner: " + new string('a', 5_000_000),
        "one large text" => Head + "  owner: " + new string('a', YamlLimits.MaxCharacters - 1_000),
        "very many keys" => Head + Lines(100_000, i => $"  k{i}: 1"),
        "very many duplicate keys" => Head + Lines(100_000, _ => "  k: 1"),
        "very many documents" => Lines(10_000, _ => "---\na: 1"),
        "a very long key" => Head + "  ? " + new string('k', 100_000) + "\n  : 1\n",
        "open brackets only" => new string('[', 1_000_000),
        "open braces with keys" => string.Concat(Enumerable.Repeat("{a: ", 200_000)),
        // Each of them might be meant to be any of 500 services.
        "very many names that are near" => Release + "  services:\n" + Lines(499, i => $"    {Long('b', i)}: 1.0.0")
            + "    a: {version: 1.0.0, needs: [" + string.Join(", ", Enumerable.Range(0, 18_000)
                .Select(i => Long('c', i))) + "]}\n",
        "very many environments" => Release + "  services: {a: 1.0.0}\n  environments: ["
            + string.Join(", ", Enumerable.Range(0, 19_000).Select(i => Long('e', i))) + "]\n",
        "open quotes only" => Head + "  owner: \"" + Lines(100_000, _ => "   a"),
        "spaces only, then a tab" => new string(' ', 1_000_000) + "\ta: b",
        "question marks only" => string.Concat(Enumerable.Repeat("? ", 400_000)),
        "half of a character" => Head + "  owner: \uD83D\n",
        _ => throw new UnreachableException(attack),
    };

    private static string Lines(int count, Func<int, string> line) =>
        string.Join('\n', Enumerable.Range(0, count).Select(line)) + "\n";
}
