using System.Globalization;
using System.Text;

namespace OrleansRelease.Storage.Tests;

/// <summary>
/// The process that is killed: writes rows for as long as it lives and says on standard output which writes were
/// acknowledged, one line each, "key sequence head". Where and how it writes is told by its arguments.
/// </summary>
internal static class Program
{
    private const int Grains = 8;

    public static async Task Main(string[] arguments)
    {
        var options = arguments switch
        {
            ["embedded", var folder, var writer] =>
                StorageOptions.Embedded(folder) with { Writer = Enum.Parse<StorageWriter>(writer) },
            ["postgres", var connection] => StorageOptions.PostgreSql(connection),
            _ => throw new ArgumentException("embedded FOLDER WRITER, or postgres CONNECTION", nameof(arguments)),
        };
        await using var store = await OpenStore.StartAsync(options);
        await using var output = Console.OpenStandardOutput();
        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, Grains).Select(async i =>
        {
            var key = $"victim-{i}";
            var row = await new GrainRow(store.Storage, key).ReadAsync();
            while (true)
            {
                await row.WriteSurelyAsync($"of process {Environment.ProcessId}");

                // In one piece: a line that was torn by the kill would be an acknowledgement that nobody got.
                var line = string.Create(CultureInfo.InvariantCulture, $"{key} {row.Sequence} {row.Head}\n");
                await turn.WaitAsync();
                await output.WriteAsync(Encoding.UTF8.GetBytes(line));
                turn.Release();
            }
        }));
    }
}
