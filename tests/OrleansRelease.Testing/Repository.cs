using System.Diagnostics;

namespace OrleansRelease.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Where a program is, as the script of <c>eng</c> that makes sure of it prints it.</summary>
    public static async Task<string> ProgramAsync(string script)
    {
        using var find = Process.Start(new ProcessStartInfo(Path.Combine(Root, "eng", script))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(find.StandardOutput.ReadToEndAsync(), find.StandardError.ReadToEndAsync());
        await find.WaitForExitAsync();
        return find.ExitCode == 0
            ? said[0].Trim().Split('\n')[^1]
            : throw new InvalidOperationException(said[1]);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
