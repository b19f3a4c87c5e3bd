using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Formats;

/// <summary>The format that the store said last; asked again and again, because it rises while servers run.</summary>
internal sealed partial class StoreFormat : IStoreFormat
{
    public const string Question = "SELECT write_version FROM store";

    private readonly Database _database;
    private readonly KnownFormats _known;
    private readonly ILogger<StoreFormat> _logger;
    private volatile int _said;

    public StoreFormat(Database database, KnownFormats known, ILogger<StoreFormat> logger)
    {
        (_database, _known, _logger) = (database, known, logger);
        _said = Convert.ToInt32(database.Scalar(Question), CultureInfo.InvariantCulture);
    }

    public int Newest => _known.Newest;

    // Beyond what is known nothing is written at all: the rows are newer, too.
    public int Write => Math.Min(_said, Newest);

    public async Task AskAsync(CancellationToken cancellation)
    {
        try
        {
            Take((await _database.QueryAsync(
                new Statement(Question), reader => reader.GetInt32(0), cancellation))[0]);
        }
        catch (Exception error) when (Outage.Is(error))
        {
            // Whoever writes the old format a moment longer is read by all.
            LogNotAsked(error);
        }
    }

    /// <summary>The store has said which it is.</summary>
    public void Take(int said)
    {
        if (said == _said) return;
        _said = said;
        if (said > Newest) LogTooNew(said, Newest);
        else LogRaised(said);
    }
}
