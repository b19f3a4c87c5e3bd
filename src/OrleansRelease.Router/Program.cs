namespace OrleansRelease.Router;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (RouterOptions.Parse(arguments, out var error) is { } options)
            return await RouterProgram.RunAsync(options, CancellationToken.None);
        await Console.Error.WriteLineAsync(error);
        return RouterProgram.CannotStart;
    }
}
