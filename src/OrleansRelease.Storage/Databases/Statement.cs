using System.Data;
using System.Data.Common;

namespace OrleansRelease.Storage.Databases;

/// <summary>A text with its named parameters, typed also when null, as PostgreSQL demands.</summary>
internal sealed record Statement(string Text)
{
    private readonly List<(string Name, DbType Type, object? Value)> _parameters = [];

    public Statement With(string name, string? value) => Add(name, DbType.String, value);

    public Statement With(string name, long? value) => Add(name, DbType.Int64, value);

    /// <summary>Without a time of its own it may take what the connection allows; 0 has no end.</summary>
    public DbCommand On(DbConnection connection, DbTransaction? transaction = null, int? timeoutSeconds = null)
    {
        var command = connection.CreateCommand();
        command.CommandText = Text;
        command.Transaction = transaction;
        if (timeoutSeconds is { } seconds) command.CommandTimeout = seconds;
        foreach (var (name, type, value) in _parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public void Execute(DbConnection connection, DbTransaction? transaction = null, int? timeoutSeconds = null)
    {
        using var command = On(connection, transaction, timeoutSeconds);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is none, and where it says nothing.</summary>
    public object? Scalar(DbConnection connection, DbTransaction? transaction = null, int? timeoutSeconds = null)
    {
        using var command = On(connection, transaction, timeoutSeconds);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    private Statement Add(string name, DbType type, object? value)
    {
        _parameters.Add((name, type, value));
        return this;
    }
}
