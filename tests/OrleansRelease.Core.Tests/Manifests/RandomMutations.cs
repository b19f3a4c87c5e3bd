using CsCheck;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class RandomMutations
{
    private const int Iterations = 2_000;

    private static readonly string[] Good = [.. Samples.Files.Concat(Samples.GoodFiles).Select(File.ReadAllText)];

    private static readonly string[] Scraps =
    [
        ":", "-", "{", "}", "[", "]", ",", "\"", "'", "#", "&a ", "*a", "!t ", "|", ">", "%", "?", "\n", "\r", "\t",
            " ",
        "\0", "\u2028", "é", "😀", "{{", "}}", "{{version}}", "<<: ", "---\n", "...\n", "~", "null", "0", "-1", "1e9",
            "5%",
        "10m", "\\u0000", "@", "`", "%TAG ! a\n", "\"\\x", "? ", ": ", "  ", "\uD83D", "\uFEFF",
    ];

    private static readonly Gen<Func<string, string>> Mutation = Gen.Select(
        Gen.Int[0, 6], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, Scraps.Length - 1].Select(i => Scraps[i]),
        (kind, from, to, scrap) => (Func<string, string>)(text => Apply(text, kind, from, to, scrap)));

    private static readonly Gen<string> Mutated = Gen.Select(
        Gen.Int[0, Good.Length - 1].Select(i => Good[i]), Mutation.List[1, 6],
        (text, mutations) => mutations.Aggregate(text, (mutated, mutation) => mutation(mutated)));

    [Fact]
    public void Never_throw_and_every_problem_stands_inside_the_file() => Mutated.Sample(
        yaml =>
        {
            var reading = ManifestReader.Read(yaml, "mutated.yaml");
            var lines = yaml.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
            return reading.Problems.Length <= YamlLimits.MaxProblems + 1
                && reading.Problems.All(problem =>
                    problem.Line >= 1 && problem.Line <= lines.Length
                    && problem.Column >= 1 && problem.Column <= lines[problem.Line - 1].Length + 1
                    && problem.Reason.Length > 0 && problem.Expected.Length > 0
                    && !problem.ToString().Contains('\n', StringComparison.Ordinal));
        },
        iter: Iterations);

    [Fact]
    public void What_still_reads_is_written_and_read_back_the_same() => Mutated.Sample(
        yaml => ManifestReader.Read(yaml, "mutated.yaml").Manifests.All(manifest =>
        {
            var json = Vocabulary.Write(manifest);
            var again = ManifestReader.Read(ManifestText.Write(manifest), "written.yaml");
            return Vocabulary.Write(Vocabulary.Read<Manifest>(json)) == json
                && again.IsClean && Vocabulary.Write(again.Manifests.Single()) == json;
        }),
        iter: Iterations);

    [Fact]
    public void What_still_reads_can_be_resolved_or_is_refused() => Mutated.Sample(
        yaml =>
        {
            var manifests = ManifestReader.Read(yaml, "mutated.yaml").Manifests;
            var templates = manifests.OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);
            var strategies = manifests.OfType<StrategyManifest>().ToDictionary(strategy => strategy.Name);
            var pairs =
                from service in manifests.OfType<ServiceManifest>()
                from environment in manifests.OfType<EnvironmentManifest>()
                select RolloutSpecs.Resolve(
                    service, environment, templates.GetValueOrDefault, strategies.GetValueOrDefault,
                    VersionName.From("1.0.0"), null);
            return pairs.All(resolution =>
                resolution is Resolution.Resolved or Resolution.Refused { All.Length: > 0 });
        },
        iter: Iterations / 3);

    private static string Apply(string text, int kind, double from, double to, string scrap)
    {
        var (a, b) = ((int)(from * text.Length), (int)(to * text.Length));
        var lines = text.Split('\n').ToList();
        var (line, other) = ((int)(from * (lines.Count - 1)), (int)(to * (lines.Count - 1)));
        switch (kind)
        {
            case 0: return text.Insert(a, scrap);
            case 1: return text.Remove(a, Math.Min(text.Length - a, 1 + (b % 5)));
            case 2: return text[..a] + scrap + text[Math.Min(text.Length, a + 1)..];
            case 3: lines.RemoveAt(line); break;
            case 4: lines.Insert(other, lines[line]); break;
            case 5: lines[line] = new string(' ', b % 9) + lines[line].TrimStart(); break;
            default: return text[..Math.Min(text.Length, Math.Max(1, a))];
        }

        return string.Join('\n', lines);
    }
}
