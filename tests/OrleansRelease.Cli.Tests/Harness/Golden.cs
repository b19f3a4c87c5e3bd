namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>Texts that people read, checked in.</summary>
internal static class Golden
{
    private const string UpdateSwitch = "OREL_UPDATE_GOLDEN";

    public static void Check(string name, string text)
    {
        var path = Path.Combine(Repository.Root, "tests", "OrleansRelease.Cli.Tests", "Golden", $"{name}.txt");
        var lines = text.Split('\n').Select(line => line.TrimEnd());
        var seen = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1") File.WriteAllText(path, seen);
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(seen == expected, $"not as in {name}.txt ({UpdateSwitch}=1 writes it):\n{seen}");
    }
}

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
