using OrleansRelease.Core.Identity;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Demo;

/// <summary>The manifests of the demo, as files that a reader can look at and apply.</summary>
internal static class Manifests
{
    public const string Service = "checkout";

    public const string Environment = "demo";

    public static readonly SlotKey Slot = SlotKey.From($"{Service}.{Environment}");

    public const string ServiceFile = "service.yaml";

    /// <summary>In the order in which they are applied at first.</summary>
    public static readonly IReadOnlyList<string> All = ["environment.yaml", "analysis.yaml", ServiceFile];

    private const string AllAtOnce = "allAtOnce: {analysis: [users], verify: 2s}";

    private const string Canary = "canary: {analysis: [users], weights: [5, 25, 50], each: 3s, verify: 4s}";

    private const double BadShare = 0.3;

    /// <summary>A version that turns bad later does so after this many requests: at a quarter of the traffic.</summary>
    private const int LateAfter = 150;

    private const int FlapsAfter = 40;

    /// <summary>Where users of the service send their requests.</summary>
    public static Uri UsersUrl(DemoFolder folder) => new(RouterFiles.Read(folder).Users, $"/{Slot}/");

    public static async Task WriteAsync(DemoFolder folder, Uri numbers)
    {
        await WriteAsync(folder, "environment.yaml", (await TemplateAsync("environment.yaml"))
            .Replace("<router-admin>", Quoted(RouterFiles.Read(folder).Admin.AbsoluteUri), StringComparison.Ordinal)
            .Replace("<router-token>", Quoted(RouterFiles.TokenPath(folder)), StringComparison.Ordinal)
            .Replace("<numbers>", Quoted(numbers.AbsoluteUri), StringComparison.Ordinal));
        await WriteAsync(folder, "analysis.yaml", await TemplateAsync("analysis.yaml"));
        await WriteAsync(folder, ServiceFile, await ServiceAsync(folder, AllAtOnce));
    }

    /// <summary>From now on, with something to go back to, new versions come step by step.</summary>
    public static async Task UseCanaryAsync(DemoFolder folder) =>
        await WriteAsync(folder, ServiceFile, await ServiceAsync(folder, Canary));

    /// <summary>How a version behaves stands in a file of its own, as another build would be another file.</summary>
    public static Task WriteVersionAsync(DemoFolder folder, string version, SampleFault fault) =>
        File.WriteAllLinesAsync(ArgumentsOf(folder, version), ArgumentsFor(fault));

    public static IReadOnlyList<string> ArgumentsFor(SampleFault fault)
    {
        var share = FormattableString.Invariant($"--rate {BadShare}");
        return fault switch
        {
            SampleFault.None => [],
            SampleFault.Late => ["--fault late", $"--after {LateAfter}", share],
            SampleFault.Flapping => ["--fault flapping", $"--after {FlapsAfter}", share],
            _ => [$"--fault {fault.ToString().ToLowerInvariant()}", share],
        };
    }

    private static async Task<string> ServiceAsync(DemoFolder folder, string strategy)
    {
        string[] command =
        [
            .. OwnProgram.Command, "sample", "--version", "{{version}}", "--port", "{{port}}",
            "--log", folder.ServedLog, "@" + ArgumentsOf(folder, "{{version}}"),
        ];
        return (await TemplateAsync("service.yaml"))
            .Replace("<command>", $"[{string.Join(", ", command.Select(Quoted))}]", StringComparison.Ordinal)
            .Replace("<strategy>", strategy, StringComparison.Ordinal);
    }

    private static string ArgumentsOf(DemoFolder folder, string version) =>
        Path.Combine(folder.Versions, version + ".args");

    public static string Quoted(string text) =>
        $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static Task WriteAsync(DemoFolder folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.Manifests, name), text);

    public static async Task<string> TemplateAsync(string name)
    {
        var stream = typeof(Manifests).Assembly.GetManifestResourceStream($"OrleansRelease.Host.Demo.Templates.{name}")
            ?? throw new InvalidOperationException($"the template {name} is not in the program");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
