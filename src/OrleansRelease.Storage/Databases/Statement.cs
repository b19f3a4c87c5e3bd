using System.Data;
using System.Data.Common;

namespace OrleansRelease.Storage.Databases;

/// <summary>A text with its named parameters, typed also when null, as PostgreSQL demands.</summary>
internal sealed record Statement(string Text)
{
    private readonly List<(string Name, DbType Type, object? Value)> _parameters = [];

    public Statement With(string name, string? value) => Add(name, DbType.String, value);

    public Statement With(string name, long? value) => Add(name, DbType.Int64, value);

    public DbCommand On(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = Text;
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

    private Statement Add(string name, DbType type, object? value)
    {
        _parameters.Add((name, type, value));
        return this;
    }
}
